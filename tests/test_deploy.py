"""What lies in deploy/: it parses, and it names only what the program has."""
import json
import pathlib
import re
import shutil
import subprocess

import pytest
import yaml

from conftest import ROOT, VIGIL

DEPLOY = ROOT / "deploy"


def exported_metrics():
    """Names that /metrics can give; a histogram gives three."""
    names = set()
    for source in (ROOT / "src/api").rglob("*.cpp"):
        for kind, name in re.findall(r'out\.(gauge|counter|histogram)\(\s*"([a-z_]+)"', source.read_text()):
            names |= {name + end for end in ("_bucket", "_sum", "_count")} if kind == "histogram" else {name}
    return names


def used_metrics(text):
    return set(re.findall(r"\b(?:vigil|process)_[a-z_]+\b", text))


def expressions(panel):
    for target in panel.get("targets", []):
        yield target["expr"]
    for below in panel.get("panels", []):
        yield from expressions(below)


def test_the_dashboard_uses_only_metrics_that_there_are():
    dashboard = json.loads((DEPLOY / "grafana/vigil.json").read_text())
    exported = exported_metrics()
    assert len(exported) > 20, "the metrics of the server were not found in src/api"
    used = set()
    for panel in dashboard["panels"]:
        for expression in expressions(panel):
            used |= used_metrics(expression)
    for variable in dashboard["templating"]["list"]:
        used |= used_metrics(variable["query"])
    assert len(used) > 15
    assert used <= exported, f"not exported: {sorted(used - exported)}"


def test_the_dashboard_has_no_panel_twice_in_one_place():
    panels = json.loads((DEPLOY / "grafana/vigil.json").read_text())["panels"]
    assert len({p["id"] for p in panels}) == len(panels)
    cells = set()
    for p in panels:
        g = p["gridPos"]
        mine = {(x, y) for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])}
        assert not mine & cells, p["title"]
        assert g["x"] + g["w"] <= 24, p["title"]
        cells |= mine


def test_the_alerts_use_only_metrics_that_there_are():
    rules = [rule for group in yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"] for rule in group["rules"]]
    assert rules
    for rule in rules:
        assert used_metrics(rule["expr"]) <= exported_metrics(), rule["alert"]
    assert "vigil" == yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())["scrape_configs"][0]["job_name"]


def option_names():
    text = subprocess.run([VIGIL, "config", "reference"], check=True, capture_output=True, text=True).stdout
    return set(re.findall(r"`(VIGIL_[A-Z_]+)`", text))


def test_compose_starts_vigil_and_redis_without_secrets():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    assert set(services) == {"vigil", "redis"}
    assert "8000:8000" in services["vigil"]["ports"]
    assert set(services["vigil"]["environment"]) <= option_names()
    assert "ports" not in services["redis"], "Redis is for Vigil's network only"
    assert not re.search(r"passw|secret|requirepass", (DEPLOY / "compose.yaml").read_text().replace("administrator's password", ""))
    for service in services.values():
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        for volume in service["volumes"]:
            assert volume.split(":")[0] in compose["volumes"]
        assert set(service["networks"]) <= set(compose["networks"])


def test_the_image_has_the_options_and_libraries_that_the_program_needs():
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    environment = re.search(r"^ENV (.*)$", dockerfile, re.M).group(1)
    assert {pair.split("=")[0] for pair in environment.split()} <= option_names()
    final = dockerfile.split("\nFROM ")[-1]
    installed = set(re.findall(r"^\s+([a-z0-9.+-]+) \\$", final, re.M))
    assert "ca-certificates" in installed
    needed = set()
    libraries = subprocess.run(["objdump", "-p", VIGIL], check=True, capture_output=True, text=True).stdout
    for name in re.findall(r"NEEDED\s+(\S+)", libraries):
        path = next(p for p in map(lambda d: pathlib.Path(d) / name, ("/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/lib64")) if p.exists())
        # Debian's database knows a file under /lib or under /usr/lib, which are the same folder.
        for known in (str(path), str(path).removeprefix("/usr"), f"/usr{path}"):
            found = subprocess.run(["dpkg-query", "-S", known], capture_output=True, text=True).stdout
            needed |= {re.split(r"[:,]", line)[0] for line in found.splitlines() if not line.startswith("diversion")}
    base = {"libc6", "libgcc-s1", "libstdc++6"}
    assert needed - base <= installed, f"missing in the image: {sorted(needed - base - installed)}"


def test_the_image_has_the_library_that_runs_models_where_the_program_looks():
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    to = re.search(r"^COPY --from=build \S+/libonnxruntime\.so\.1 (\S+)$", dockerfile, re.M).group(1)
    headers = subprocess.run(["objdump", "-p", VIGIL], check=True, capture_output=True, text=True).stdout
    run_path = re.search(r"RUNPATH\s+(\S+)", headers).group(1).split(":")
    looked = {str(pathlib.PurePosixPath("/usr/bin/vigil").parent / entry.removeprefix("$ORIGIN/")) for entry in run_path}
    assert to.rstrip("/").replace("/usr/lib", "/usr/bin/../lib") in looked
    # Nothing but folders relative to the program: an absolute one of the machine that built it could be anybody's.
    assert all(entry.startswith("$ORIGIN/") for entry in run_path), run_path


def test_the_unit_is_valid_and_hardened():
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    unit = DEPLOY / "vigil.service"
    verify = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    wrong = [line for line in verify.stderr.splitlines() if "vigil.service" in line and "not executable" not in line and "is not found" not in line]
    assert not wrong, wrong
    report = subprocess.run(["systemd-analyze", "security", "--offline=true", unit], capture_output=True, text=True)
    level = re.search(r"exposure level for \S+: ([0-9.]+)", report.stdout)
    assert level, report.stderr
    assert float(level.group(1)) < 3.0, report.stdout
