"""Calls a registry through the client that was generated from its OpenAPI document: answers and problems."""

import sys

from weft_registry_client import Client
from weft_registry_client.api.environments import can_deploy
from weft_registry_client.api.projects import get_project, list_projects
from weft_registry_client.api.publications import publish_publication
from weft_registry_client.models import CanDeploy, Problem, ProblemCode, PublishRequest, PublishResponse

client = Client(base_url=sys.argv[1])


def publish(name, version, **more):
    publication = {"package_name": name, "version": version, "source": {}, **more}
    relations = {
        node: {"schema": name, "identifier": node.split(".")[-1]} for node in publication.get("interface", {})
    }
    body = PublishRequest.from_dict({"publication": publication, "relations": relations, "deploy_to": "prod"})
    return publish_publication.sync(client=client, package_name=name, version=version, body=body)


model = {"name": "products", "resource_type": "model", "access": "public", "columns": [{"name": "price", "origin": "sql"}]}
inventory = publish("inventory", "1.0.0", interface={"model.inventory.products": model})
assert isinstance(inventory, PublishResponse), inventory
reading = {
    "reader": "model.sales.orders",
    "upstream": "inventory",
    "unique_id": "model.inventory.products",
    "via": "ref",
    "columns": {"price": ["as_is"]},
}
sales = publish("sales", "1.0.0", requires={"inventory": "^1"}, uses=[reading])
assert isinstance(sales, PublishResponse), sales
assert [project.package_name for project in list_projects.sync(client=client).items] == ["inventory", "sales"]

without = {"name": "products", "resource_type": "model", "access": "public", "columns": [{"name": "cost", "origin": "sql"}]}
refused = publish("inventory", "2.0.0", interface={"model.inventory.products": without})
assert isinstance(refused, Problem) and refused.code == ProblemCode.DEPLOYMENT_REFUSED, refused
print("refused:", sorted((unmet.consumer, unmet.kind.value) for unmet in refused.unmet))

asked = can_deploy.sync(client=client, package_name="inventory", version="1.0.0", environment="prod")
assert isinstance(asked, CanDeploy) and asked.deployable, asked

missing = get_project.sync(client=client, package_name="missing")
assert isinstance(missing, Problem) and missing.code == ProblemCode.PROJECT_NOT_FOUND, missing
too_many = list_projects.sync(client=client, limit=1000)
assert isinstance(too_many, Problem) and too_many.code == ProblemCode.INVALID_REQUEST, too_many
print("problems:", missing.code.value, too_many.code.value)
