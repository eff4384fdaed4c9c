package dev.aicredits.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aicredits.problem.ProblemException;
import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormRulesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"50|50", " $ 7.50 |7.50", "1,000|1000", "-12,345,678.90|-12345678.90", "1000.5|1000.5"})
    void amountsAreReadAsPeopleWriteThem(String written, BigDecimal amount) {
        assertThat(FormRules.amount("amountUsd", written)).isEqualTo(amount);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7,50", "5,5", "1,00,000", ",500", "1,000,", "1.000,50", "1e3", "NaN", "a lot", "--5"})
    void whatCouldBeAnotherAmountIsRefused(String written) {
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> FormRules.amount("amountUsd", written));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void whatIsLeftEmptyIsNone(String written) {
        assertThat(FormRules.amount("amountUsd", written)).isNull();
    }
}
