package dev.aicredits.stream;

import dev.aicredits.health.Watch;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.json.JsonMapper;

/** Streams. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StreamSettings.class)
@Import(StreamController.class)
public class StreamConfiguration {

    @Bean
    Streams creditStreams(DataSource dataSource, StreamSettings settings, JsonMapper json) {
        return new Streams(new JdbcChanges(dataSource), settings, json);
    }

    @Bean
    Watch creditStreamWatch(Streams creditStreams, StreamSettings settings) {
        return Watch.steady("credit-streams", settings.interval(), creditStreams::look);
    }
}
