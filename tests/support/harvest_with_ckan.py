"""Harvest with a real CKAN: ``harvest_with_ckan.py CKAN_INI`` reads a name and an address from each line of stdin.

``api PORT`` serves the portal there and prints a token; ``package NAME`` prints one package. For each other line the
address is harvested under that name, and a line of JSON is printed with the packages in the database
and the errors of the harvest.
"""

import importlib
import json
import sys
import threading
from collections.abc import Iterator
from typing import Any

output, sys.stdout = sys.stdout, sys.stderr  # CKAN and its extensions print what they do


def main(ini: str) -> None:
    """Answer line by line within one CKAN application."""
    config = importlib.import_module("ckan.cli").load_config(ini)
    application = importlib.import_module("ckan.config.middleware").make_app(config)
    with application._wsgi_app.test_request_context():
        for line in sys.stdin:
            name, address = line.split()
            if name == "api":
                found = served(application, int(address))
            elif name == "package":
                found = shown(address)
            else:
                found = harvested(name, address)
            print(json.dumps(found, sort_keys=True), file=output, flush=True)


def served(application: Any, port: int) -> dict[str, Any]:
    """Serve *application* at *port* from a thread of its own, and return the token of a sysadmin."""
    serving = importlib.import_module("werkzeug.serving")
    server = serving.make_server("127.0.0.1", port, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    toolkit = importlib.import_module("ckan.plugins.toolkit")
    model = importlib.import_module("ckan.model")
    user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    admin = model.User.get(user)
    admin.sysadmin = True
    model.Session.commit()
    made = toolkit.get_action("api_token_create")({"ignore_auth": True, "user": user}, {"user": user, "name": "test"})
    return {"token": made["token"]}


def shown(name: str) -> dict[str, Any]:
    """Return the package *name* as the database has it."""
    model = importlib.import_module("ckan.model")
    toolkit = importlib.import_module("ckan.plugins.toolkit")
    model.Session.expire_all()
    user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    found: dict[str, Any] = toolkit.get_action("package_show")({"ignore_auth": True, "user": user}, {"id": name})
    return found


def harvested(name: str, address: str) -> dict[str, Any]:
    """Harvest *address* as the source *name*, which is created if it is new."""
    model = importlib.import_module("ckan.model")
    toolkit = importlib.import_module("ckan.plugins.toolkit")
    harvest_model = importlib.import_module("ckanext.harvest.model")
    user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    sources = harvest_model.HarvestSource
    source = model.Session.query(sources).filter_by(url=address).first()
    if source is None:
        toolkit.get_action("harvest_source_create")(
            {"ignore_auth": True, "user": user},
            {
                "name": name,
                "title": name,
                "url": address,
                "source_type": "dcat_rdf",
                "frequency": "MANUAL",
                "config": '{"rdf_format": "text/turtle"}',
            },
        )
        source = model.Session.query(sources).filter_by(url=address).one()
    errors = list(run(source, harvest_model))
    model.Session.expire_all()
    errors += [error.message for error in model.Session.query(harvest_model.HarvestGatherError)]
    errors += [error.message for error in model.Session.query(harvest_model.HarvestObjectError)]
    packages = model.Session.query(model.Package).filter_by(type="dataset")
    show = toolkit.get_action("package_show")
    return {
        "packages": [show({"ignore_auth": True, "user": user}, {"id": package.id}) for package in packages],
        "errors": errors,
    }


def run(source: Any, harvest_model: Any) -> Iterator[str]:
    """Run the three stages of a harvest one after the other; yield what CKAN's queue would write to its log."""
    job = harvest_model.HarvestJob(source=source, status="Running")
    job.save()
    harvester = importlib.import_module("ckanext.harvest.queue").get_harvester(source.type)
    for identifier in harvester.gather_stage(job) or ():
        part = harvest_model.HarvestObject.get(identifier)
        try:
            done = harvester.fetch_stage(part) and harvester.import_stage(part)
        except Exception as error:
            done = False
            yield f"{type(error).__name__}: {error}"
        part.state = "COMPLETE" if done else "ERROR"
        part.save()
    job.status = "Finished"
    job.save()


if __name__ == "__main__":
    main(sys.argv[1])
