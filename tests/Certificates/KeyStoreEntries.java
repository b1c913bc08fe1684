import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;

/**
 * Opens key stores as HD4DP does, one per line of its input: the file, a tab, and the password in base64. For each it prints a line: the file, a tab,
 * and either "!" with what Java says against it, or its private keys that have a certificate, each as its name in base64, "=", and the SHA-256 of the certificates of its chain.
 */
public class KeyStoreEntries {
    public static void main(String[] arguments) throws Exception {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = input.readLine()) != null;) {
            var parts = line.split("\t", -1);
            var password = new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8).toCharArray();
            System.out.println(parts[0] + "\t" + entriesOf(Path.of(parts[0]), password));
        }
    }

    private static String entriesOf(Path path, char[] password) {
        try (var file = Files.newInputStream(path)) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(file, password);
            var entries = new ArrayList<String>();
            for (var name : Collections.list(store.aliases())) {
                var certificates = store.getCertificateChain(name);
                if (store.entryInstanceOf(name, KeyStore.PrivateKeyEntry.class) && store.getKey(name, password) instanceof PrivateKey && certificates != null) {
                    var chain = new ArrayList<String>();
                    for (var certificate : certificates) {
                        chain.add(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded())));
                    }

                    entries.add(Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8)) + "=" + String.join(",", chain));
                }
            }

            return String.join(";", entries);
        } catch (Throwable error) {
            return "!" + error.toString().replaceAll("\\s+", " ");
        }
    }
}
