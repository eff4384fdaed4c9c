package dev.aicredits.organization;

import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.pages.Workspaces;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Organizations, members, audit log. */
@Configuration(proxyBeanMethods = false)
@Import({
    OrganizationController.class,
    MemberController.class,
    AuditController.class,
    MemberPages.class,
    AuditPages.class
})
public class OrganizationConfiguration {

    @Bean
    JdbcOrganizationList jdbcOrganizationList(DataSource dataSource) {
        return new JdbcOrganizationList(dataSource);
    }

    @Bean
    Workspaces organizationWorkspaces(JdbcOrganizationList organizations) {
        return new OrganizationWorkspaces(organizations);
    }

    @Bean
    JdbcMembers jdbcMembers(DataSource dataSource) {
        return new JdbcMembers(dataSource);
    }

    @Bean
    Members members(JdbcMembers members, AuditedChanges changes) {
        return new Members(members, changes);
    }

    @Bean
    JdbcAuditPages jdbcAuditPages(DataSource dataSource) {
        return new JdbcAuditPages(dataSource);
    }
}
