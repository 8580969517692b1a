# weft: `make demo` shows the main job, `make test` is everything that CI runs.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c

VENV := .venv
# Modules that a macro declares, which `cargo fmt` does not follow.
RULES := contracts/check/src/rules/*.rs contracts/lint/src/rules/*.rs

.PHONY: demo test fmt lint engines clean bench oracle laws real wheel new-rule

demo: $(VENV)/.installed
	cargo build --locked --bin weft
	./.ci/demo

test: $(VENV)/.installed
	./.ci/test

fmt:
	cargo fmt --all
	rustfmt $(RULES)

lint:
	cargo fmt --all --check
	rustfmt --check $(RULES)
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items

# A rule of the check: `make new-rule NAME=some_rule`.
new-rule:
	@./.ci/new-rule "$(NAME)"

# Compares the readers that weft names with what databases bind.
oracle: $(VENV)/.installed
	./.ci/oracle

# Laws on many generated inputs; writes docs/laws.md.
laws: $(VENV)/.installed .venv-npm/.tried
	./.ci/laws

# Tests of real material, where it is beside the repository: ../shared/data and ../shared/cases.
real: $(VENV)/.installed
	WEFT_DBT=$(CURDIR)/$(VENV)/bin/dbt cargo test --locked --workspace -- --ignored shared_tests::

bench: $(VENV)/.installed .venv-datacontract/.installed
	cargo build --locked --release --bin weft
	$(VENV)/bin/python cli/benches/publish.py
	$(VENV)/bin/python cli/benches/parse.py
	$(VENV)/bin/python cli/benches/check.py
	$(VENV)/bin/python cli/benches/lineage.py
	$(VENV)/bin/python cli/benches/mesh.py
	$(VENV)/bin/python cli/benches/lint.py
	$(VENV)/bin/python cli/benches/verify.py
	cargo bench --locked -p weft-mesh --bench resolve

# The wheel for pip, uv and pipx; builds it, and tries it in an empty environment.
wheel: .venv-wheel/.tried
	./.ci/wheel --release

$(VENV)/.installed: projects/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --requirement projects/requirements.txt
	touch $@

# dbt Core 2.0 and Fusion have no wheel for every platform: tests that want them are skipped, and say so, where they
# cannot be installed. sqlglot is what column lineage is compared with.
engines: .venv-core112/.tried .venv-core2/.tried .venv-fusion/.tried .venv-sqlglot/.tried .venv-client/.tried .venv-npm/.tried .venv-odcs/.tried .venv-wheel/.tried

# From npm: what reads the OpenAPI document, and the schema of SARIF. Without npm the tests that need them say that they
# were skipped.
.venv-npm/.tried: openapi/npm.txt
	mkdir -p $(@D)
	cd $(@D) && { npm install --silent --no-fund --no-audit --prefix . $$(cat ../openapi/npm.txt) \
	  && npm pack --silent @microsoft/jest-sarif@1.0.0-beta.0 > /dev/null \
	  && tar xzf *.tgz --strip-components=3 --wildcards '*/sarif-2.1.0-rtm.5.json' && rm -f *.tgz; } \
	  || echo "skipped: packages of npm cannot be installed here; the tests that need them will say so" >&2
	touch $@

# dbt Core 1.12 requires a parser that is built from a download of GitHub, but works without it. So it is installed over
# its predecessor, which brings everything else.
.venv-core112/.tried: projects/requirements-core112.txt
	python3 -m venv .venv-core112
	.venv-core112/bin/pip install --quiet --disable-pip-version-check --requirement $< \
	  && .venv-core112/bin/pip install --quiet --disable-pip-version-check --no-deps dbt-core==1.12.6 \
	  || { rm -f .venv-core112/bin/dbt; echo "skipped: $< cannot be installed here; the tests that need it will say so" >&2; }
	touch $@

# The official schemas of the Open Data Contract Standard, in a package that has more besides: it is not run.
.venv-odcs/.tried: contracts/lint/tests/odcs/requirements.txt $(VENV)/.installed
	mkdir -p $(@D)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --upgrade --target $(@D) --requirement $< \
	  || echo "left out: $< cannot be installed here" >&2
	touch $@

.venv-wheel/.tried: .ci/requirements-wheel.txt
	python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --requirement $< \
	  || echo "skipped: $< cannot be installed here; the test that needs it will say so" >&2
	touch $@

.venv-%/.tried: projects/requirements-%.txt
	python3 -m venv .venv-$*
	.venv-$*/bin/pip install --quiet --disable-pip-version-check --requirement $< \
	  || echo "skipped: $< cannot be installed here; the tests that need it will say so" >&2
	touch $@

.venv-datacontract/.installed: cli/benches/requirements-datacontract.txt
	python3 -m venv .venv-datacontract
	.venv-datacontract/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

clean:
	rm -rf target .venv .venv-core112 .venv-core2 .venv-fusion .venv-sqlglot .venv-datacontract .venv-client .venv-npm .venv-odcs .venv-wheel
