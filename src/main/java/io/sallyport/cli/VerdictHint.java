package io.sallyport.cli;

import io.sallyport.fault.Refusal;

/** What to do about a verdict, in options of the command line. What is said of refusals in general is for the one who runs a relay. */
final class VerdictHint {

    private VerdictHint() {}

    static String ofVerify(Refusal refusal) {
        return switch (refusal) {
            case UNKNOWN_CA ->
                "give its issuer with --ca if it is to be trusted, or the intermediates with --untrusted";
            case SELF_SIGNED, SELF_SIGNED_IN_CHAIN -> "give it with --ca if it is to be trusted";
            case CHAIN_TOO_LONG -> "raise --depth, or shorten the chain";
            case NAME_MISMATCH -> "ask for a name that it has, or have it issued with this one";
            case CRL_MISSING -> "give its issuer's CRL with --crl, or look at the leaf's alone with --crl-check leaf";
            case CRL_EXPIRED -> "give its issuer's current CRL with --crl";
            default -> refusal.hint();
        };
    }

    static String ofConnect(Refusal refusal) {
        return switch (refusal) {
            case UNKNOWN_CA -> "give its CA with --ca if it is to be trusted; --show-chain-pem prints what it sent";
            case SELF_SIGNED, SELF_SIGNED_IN_CHAIN ->
                "give it with --ca if it is to be trusted; --show-chain-pem prints it";
            case NAME_MISMATCH -> "connect by a name that it has, or give one with --sni";
            default -> refusal.hint();
        };
    }
}
