package io.sallyport.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The admin side of a running program, as its clients see it. */
record Admin(URI address) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Of a program that says that it is ready. */
    static Admin of(Program program) {
        return new Admin(
                URI.create(program.awaitErr(" ready relays=\\d+ admin=(\\S+)").group(1)));
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(address.resolve(path)));
    }

    HttpResponse<String> post(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve(path)).POST(HttpRequest.BodyPublishers.noBody());
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    JsonObject json(String path) {
        return new JsonObject(get(path).body());
    }

    /** The data of a health check that is up. */
    JsonObject check(String name) {
        JsonObject health = json("/q/health/ready");
        return health.getJsonArray("checks").stream()
                .map(JsonObject.class::cast)
                .filter(check -> check.getString("name").equals(name))
                .findFirst()
                .orElseThrow()
                .getJsonObject("data");
    }

    /** A sample of the metrics; 0 where there is none of this name and labels. */
    double metric(String sample) {
        return send(HttpRequest.newBuilder(address.resolve("/q/metrics")).header("Accept", "text/plain"))
                .body()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElse(0);
    }
}
