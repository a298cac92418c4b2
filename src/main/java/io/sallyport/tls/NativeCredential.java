package io.sallyport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SSLCredential;
import io.sallyport.pki.Credential;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Hands certificates and keys to BoringSSL: PEM in a memory BIO is the one form that its calls take. */
final class NativeCredential {

    private NativeCredential() {}

    /** {@code SSL_CTX_add1_credential}: the context keeps its own references. */
    static void addTo(long context, Credential credential) throws Exception {
        long handle = of(credential);
        try {
            SSLContext.addCredential(context, handle);
        } finally {
            SSLCredential.free(handle);
        }
    }

    /** A new {@code SSL_CREDENTIAL}, the caller's to free. */
    static long of(Credential credential) throws Exception {
        long chain = 0;
        long key = 0;
        long handle = 0;
        try {
            chain = withBio(pem(credential.chain()), SSL::parseX509Chain);
            byte[] pkcs8 = credential.key().getEncoded();
            key = withBio(pem("PRIVATE KEY", pkcs8), bio -> SSL.parsePrivateKey(bio, null));
            Arrays.fill(pkcs8, (byte) 0);
            handle = SSLCredential.newX509();
            SSLCredential.setCertChain(handle, chain);
            SSLCredential.setPrivateKey(handle, key);
            long made = handle;
            handle = 0;
            return made;
        } finally {
            if (handle != 0) {
                SSLCredential.free(handle);
            }
            if (key != 0) {
                SSL.freePrivateKey(key);
            }
            if (chain != 0) {
                SSL.freeX509Chain(chain);
            }
        }
    }

    /** {@code SSL_CTX_set_client_CA_list}: the names that a client is told to choose its certificate by. */
    static void addClientCaList(long context, List<X509Certificate> authorities) throws Exception {
        boolean added = withBio(pem(authorities), bio -> SSLContext.setCACertificateBio(context, bio));
        if (!added) {
            throw new IllegalArgumentException("the CA list can't be set: " + SSL.getLastError());
        }
    }

    private interface BioCall<T> {
        T on(long bio) throws Exception;
    }

    /** Runs a call on a memory BIO that holds {@code pem}; every copy of the text is wiped, since it may be a key. */
    private static <T> T withBio(byte[] pem, BioCall<T> call) throws Exception {
        ByteBuf direct = Unpooled.directBuffer(pem.length).writeBytes(pem);
        long bio = SSL.newMemBIO();
        try {
            SSL.clearError();
            SSL.bioWrite(bio, direct.memoryAddress(), pem.length);
            return call.on(bio);
        } finally {
            SSL.freeBIO(bio);
            direct.setZero(0, pem.length);
            direct.release();
            Arrays.fill(pem, (byte) 0);
        }
    }

    private static byte[] pem(List<X509Certificate> certificates) throws CertificateEncodingException {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            text.append(new String(pem("CERTIFICATE", certificate.getEncoded()), StandardCharsets.US_ASCII));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] pem(String label, byte[] der) {
        byte[] head = ("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
        byte[] body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(der);
        byte[] tail = ("\n-----END " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
        byte[] pem = Arrays.copyOf(head, head.length + body.length + tail.length);
        System.arraycopy(body, 0, pem, head.length, body.length);
        System.arraycopy(tail, 0, pem, head.length + body.length, tail.length);
        Arrays.fill(body, (byte) 0);
        return pem;
    }
}
