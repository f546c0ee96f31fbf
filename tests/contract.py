"""An HTTP client that checks every answer against the OpenAPI document: a status, header or member that it does not name is a failure."""
import re

import jsonschema
import requests
import yaml


class Contract:
    def __init__(self, base, document):
        self.base = base
        self.session = requests.Session()
        self.document = yaml.safe_load(document.read_text())
        self.operations = []
        for template, item in self.document["paths"].items():
            pattern = re.compile("^" + re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)) + "$")
            # Fixed paths win over those with parameters, as in the server.
            self.operations.append((template.count("{"), pattern, item))
        self.operations.sort(key=lambda entry: entry[0])

    def resolve(self, value):
        while isinstance(value, dict) and "$ref" in value:
            target = self.document
            for part in value["$ref"].lstrip("#/").split("/"):
                target = target[part]
            value = target
        return value

    def call(self, method, path, **kwargs):
        """The response, after it was checked."""
        kwargs.setdefault("timeout", 30)
        response = self.session.request(method, self.base + path, **kwargs)
        self.check(method, path.split("?")[0], response)
        return response

    def check(self, method, path, response):
        item = next((i for _, pattern, i in self.operations if pattern.match(path)), None)
        if item is None or method.lower() not in item:
            assert response.status_code in (404, 405), f"{method} {path} is not in the document but answers {response.status_code}"
            return
        responses = item[method.lower()]["responses"]
        described = self.resolve(responses.get(str(response.status_code), responses.get("default")))
        assert described is not None, f"{method} {path}: status {response.status_code} is not in the document"
        for name, header in (described.get("headers") or {}).items():
            if self.resolve(header).get("required"):
                assert name in response.headers, f"{method} {path}: header {name} is missing"
        content = described.get("content")
        if not content:
            assert not response.content, f"{method} {path}: a body that the document does not name"
            return
        kind = response.headers["Content-Type"].split(";")[0]
        assert kind in content, f"{method} {path}: {kind} is not in the document"
        if kind.endswith("json"):
            schema = {**content[kind]["schema"], "components": self.document["components"]}
            jsonschema.Draft202012Validator(schema).validate(response.json())

    def expect(self, status, method, path, **kwargs):
        response = self.call(method, path, **kwargs)
        assert response.status_code == status, f"{method} {path}: {response.status_code} {response.text[:500]}"
        if response.headers.get("Content-Type", "").endswith("json"):
            return response.json()
        return response

    def get(self, path, status=200, **kwargs):
        return self.expect(status, "GET", path, **kwargs)

    def post(self, path, json=None, status=200, **kwargs):
        return self.expect(status, "POST", path, json=json, **kwargs)

    def patch(self, path, json, status=200, **kwargs):
        return self.expect(status, "PATCH", path, json=json, **kwargs)

    def delete(self, path, status=204, **kwargs):
        return self.expect(status, "DELETE", path, **kwargs)

    def problem(self, status, method, path, **kwargs):
        """A problem detail with this status; its JSON."""
        response = self.call(method, path, **kwargs)
        assert response.status_code == status, f"{method} {path}: {response.status_code} instead of {status}: {response.text[:300]}"
        assert response.headers["Content-Type"].startswith("application/problem+json"), response.headers
        body = response.json()
        assert body["status"] == status
        return body
