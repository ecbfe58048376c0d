// Validate RDF files with rdf-validate-shacl, in one process.
//
// Usage: node shacl.mjs MODULES < JOBS
// MODULES is the folder node_modules that holds rdf-validate-shacl and @zazuko/env-node; JOBS a JSON list of
// [data file, [shapes files]]. Prints a JSON list, of each job the focus nodes and shapes of its results.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = createRequire(path.join(process.argv[2], 'here.js'));
const load = async (name) => (await import(pathToFileURL(modules.resolve(name)))).default;
const rdf = await load('@zazuko/env-node');
const Validator = await load('rdf-validate-shacl');

async function read(files) {
  const dataset = rdf.dataset();
  for (const file of files) await dataset.import(rdf.fromFile(file));
  return dataset;
}

const answers = [];
for (const [data, shapes] of JSON.parse(readFileSync(0, 'utf8'))) {
  const report = await new Validator(await read(shapes), { factory: rdf }).validate(await read([data]));
  answers.push(report.results.map((result) => `${result.focusNode?.value} ${result.sourceShape?.value}`));
}
console.log(JSON.stringify(answers));
