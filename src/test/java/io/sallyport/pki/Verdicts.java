package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.fault.Refusal;
import java.security.cert.X509Certificate;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;

/** How tests say what a verdict must be. */
final class Verdicts {

    private Verdicts() {}

    static List<X509Certificate> assertTrusted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Trusted.class);
        return ((Verdict.Trusted) verdict).path();
    }

    static Verdict.Untrusted assertRefused(Verdict verdict, Refusal refusal) {
        Verdict.Untrusted untrusted = assertThat(verdict)
                .asInstanceOf(InstanceOfAssertFactories.type(Verdict.Untrusted.class))
                .actual();
        assertThat(untrusted.refusal()).as(untrusted.detail()).isEqualTo(refusal);
        assertThat(untrusted.detail()).isNotBlank();
        return untrusted;
    }
}
