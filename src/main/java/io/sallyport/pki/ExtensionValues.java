package io.sallyport.pki;

import java.security.cert.X509Extension;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The extensions of a certificate or CRL by identifier. The JDK throws and catches two exceptions for each one that it is
 * asked for and that isn't there, which cost more than all the rest of reading: so it is only asked for those that are.
 */
record ExtensionValues(X509Extension holder, Set<String> present) {

    static ExtensionValues of(X509Extension holder) {
        Set<String> present = new HashSet<>();
        addAll(present, holder.getCriticalExtensionOIDs());
        addAll(present, holder.getNonCriticalExtensionOIDs());
        return new ExtensionValues(holder, present);
    }

    private static void addAll(Set<String> present, @Nullable Set<String> oids) {
        if (oids != null) {
            present.addAll(oids);
        }
    }

    boolean has(String oid) {
        return present.contains(oid);
    }

    /**
     * What stands inside the OCTET STRING of an extension, or null if it isn't there.
     *
     * @throws IllegalArgumentException if it isn't DER
     */
    @Nullable
    Der get(String oid) {
        if (!has(oid)) {
            return null;
        }
        byte[] value = holder.getExtensionValue(oid);
        return value == null ? null : Der.of(Der.of(value).content());
    }
}
