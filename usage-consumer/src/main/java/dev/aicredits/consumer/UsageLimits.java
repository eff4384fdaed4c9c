package dev.aicredits.consumer;

import java.time.Duration;
import java.util.Set;

record UsageLimits(Duration ageMax, Duration futureMax, int valueBytesMax, Set<String> trustedSources) {}
