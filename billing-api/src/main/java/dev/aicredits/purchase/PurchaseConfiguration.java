package dev.aicredits.purchase;

import dev.aicredits.access.Delegations;
import dev.aicredits.pages.PagesSettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Purchases from pages. */
@Configuration(proxyBeanMethods = false)
@Import({PurchasePages.class, ReconciliationPages.class, ReviewPages.class})
public class PurchaseConfiguration {

    @Bean
    CheckoutClient checkoutClient(PagesSettings settings, Delegations delegations) {
        return new CheckoutClient(settings.checkoutUrl(), delegations);
    }
}
