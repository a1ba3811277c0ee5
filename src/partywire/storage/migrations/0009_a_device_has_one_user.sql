-- Whose a device is, when it is registered: endpoints are longer than PostgreSQL can index.

CREATE INDEX bindings_by_endpoint ON bindings (service_sid, substr(endpoint, 1, 200));
