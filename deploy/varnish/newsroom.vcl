# Newsroom behind Varnish 7: requests of readers are answered from the cache, and PURGE_URL=varnish://host:port purges by
# tag. TLS ends in front of Varnish. Route event streams around it if you can: each uses one of its threads.

vcl 4.1;

import directors;
import std;

probe live {
    .url = "/healthz/live";
    .interval = 1s;
    .timeout = 1s;
    .window = 3;
    .threshold = 2;
    .initial = 2;
}

backend web_1 {
    .host = "127.0.0.1";
    .port = "8001";
    .probe = live;
    .connect_timeout = 2s;
    .first_byte_timeout = 5s;
}

backend web_2 {
    .host = "127.0.0.1";
    .port = "8002";
    .probe = live;
    .connect_timeout = 2s;
    .first_byte_timeout = 5s;
}

backend stream {
    .host = "127.0.0.1";
    .port = "8100";
}

# The machines that the application runs on, which may purge.
acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_init {
    new web = directors.round_robin();
    web.add_backend(web_1);
    web.add_backend(web_2);
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ purgers) {
            return (synth(403, "Forbidden"));
        }
        if (req.http.Surrogate-Key !~ "^[-\w]+( [-\w]+)*$") {
            return (synth(400, "Invalid tags"));
        }
        ban("obj.http.X-Tags ~ ;(" + regsuball(req.http.Surrogate-Key, " ", "|") + ");");
        return (synth(200, "Purged"));
    }

    # One name for each site: otherwise every spelling of a host, and every invented port, would be a separate address.
    set req.http.Host = std.tolower(regsub(req.http.Host, ":\d+$", ""));

    set req.backend_hint = web.backend();
    if (req.url ~ "^/[-\w]+/stream/(\?|$)") {
        set req.backend_hint = stream;
        return (pipe);
    }
    if (req.url ~ "^/healthz/" && client.ip !~ purgers) {
        return (synth(403, "Forbidden"));
    }
    if (req.url ~ "^/(admin|healthz)/") {
        return (pass);
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }

    unset req.http.Cookie;
    unset req.http.Authorization;
    call keep_known_parameters;

    # Varnish requests and decompresses gzip itself; for Brotli it must cache a separate form.
    unset req.http.X-Form;
    if (req.http.Accept-Encoding ~ "\bbr\b" && req.http.Accept-Encoding !~ "\bbr\s*;\s*q=0(\.0*)?\s*(,|$)") {
        set req.http.X-Form = "br";
    }

    # An expired response is served for one more second, then readers wait for the new one. If the application is down, the
    # expired response is still served.
    if (req.restarts == 0) {
        unset req.http.X-Stale;
    }
    if (std.healthy(req.backend_hint) && !req.http.X-Stale) {
        set req.grace = 1s;
    }
    return (hash);
}

# With values that can mean something. All others (campaigns, attempts to bypass the cache) are dropped, and a malformed
# value becomes "!", so that all of them share one response, which says what is wrong.
sub keep_known_parameters {
    set req.http.X-Kept = "";
    if (req.url ~ "[?&]before=[-\w]{1,64}(&|$)") {
        set req.http.X-Kept = req.http.X-Kept + "&before=" + regsub(req.url, "^[^?]*\?(?:.*&)?before=([-\w]{1,64})(?:&.*)?$", "\1");
    } else if (req.url ~ "[?&]before=[^&]") {
        set req.http.X-Kept = req.http.X-Kept + "&before=!";
    }
    if (req.url ~ "[?&]after=[-\w]{1,64}(&|$)") {
        set req.http.X-Kept = req.http.X-Kept + "&after=" + regsub(req.url, "^[^?]*\?(?:.*&)?after=([-\w]{1,64})(?:&.*)?$", "\1");
    } else if (req.url ~ "[?&]after=[^&]") {
        set req.http.X-Kept = req.http.X-Kept + "&after=!";
    }
    if (req.url ~ "[?&]sort=oldest(&|$)") {
        set req.http.X-Kept = req.http.X-Kept + "&sort=" + regsub(req.url, "^[^?]*\?(?:.*&)?sort=(oldest)(?:&.*)?$", "\1");
    }
    if (req.url ~ "[?&]page=\d{1,7}(&|$)") {
        set req.http.X-Kept = req.http.X-Kept + "&page=" + regsub(req.url, "^[^?]*\?(?:.*&)?page=(\d{1,7})(?:&.*)?$", "\1");
    } else if (req.url ~ "[?&]page=[^&]") {
        set req.http.X-Kept = req.http.X-Kept + "&page=!";
    }
    if (req.url ~ "[?&]since=\d{1,18}(&|$)") {
        set req.http.X-Kept = req.http.X-Kept + "&since=" + regsub(req.url, "^[^?]*\?(?:.*&)?since=(\d{1,18})(?:&.*)?$", "\1");
    } else if (req.url ~ "[?&]since=[^&]") {
        set req.http.X-Kept = req.http.X-Kept + "&since=!";
    }
    if (req.url ~ "[?&]heard=\d{1,18}(&|$)") {
        set req.http.X-Kept = req.http.X-Kept + "&heard=" + regsub(req.url, "^[^?]*\?(?:.*&)?heard=(\d{1,18})(?:&.*)?$", "\1");
    }
    set req.url = regsub(req.url, "\?.*$", "");
    if (req.http.X-Kept != "") {
        set req.url = req.url + "?" + regsub(req.http.X-Kept, "^&", "");
    }
    unset req.http.X-Kept;
}

sub vcl_hash {
    if (req.http.X-Form) {
        hash_data(req.http.X-Form);
    }
}

sub vcl_backend_fetch {
    if (bereq.http.X-Form) {
        set bereq.http.Accept-Encoding = bereq.http.X-Form;
    }
    unset bereq.http.X-Form;
    unset bereq.http.X-Stale;
}

sub vcl_backend_response {
    if (bereq.uncacheable) {
        return (deliver);
    }
    if (beresp.status >= 500) {
        return (abandon);
    }
    set beresp.http.X-Tags = ";" + regsuball(beresp.http.Surrogate-Key, " ", ";") + ";";
    if (beresp.http.Cache-Control ~ "s-maxage|immutable|max-age=[1-9]") {
        set beresp.grace = 24h;
        if (beresp.status == 404) {
            set beresp.grace = 0s;
        }
    } else if (beresp.status == 400) {
        set beresp.ttl = 1s;
        set beresp.grace = 0s;
    } else {
        set beresp.uncacheable = true;
        set beresp.ttl = 1s;
    }
    if (bereq.url ~ "^/static/") {
        set beresp.http.X-Content-Type-Options = "nosniff";
    }
}

sub vcl_backend_error {
    return (abandon);
}

# The application does not answer: try again, accepting any expired response.
sub vcl_synth {
    if (resp.status == 503 && !req.http.X-Stale && (req.method == "GET" || req.method == "HEAD")) {
        set req.http.X-Stale = "yes";
        return (restart);
    }
}

sub vcl_deliver {
    unset resp.http.X-Tags;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
