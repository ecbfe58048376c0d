// Read RDF 1.2 with two readers that are not ours: N3.js and Oxigraph's package for JavaScript.
//
// Usage: node rdf12.cjs N3 OXIGRAPH FILE MEDIA_TYPE
// N3 and OXIGRAPH are the folders of the packages. Prints a JSON object: for each reader the number of statements, and
// the origins that it finds for all reified statements, as lines of the reified statement and its origin, sorted.

const fs = require('node:fs');
const [n3Folder, oxigraphFolder, file, mediaType] = process.argv.slice(2);
const text = fs.readFileSync(file, 'utf8');
const REIFIES = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies';
const DERIVED = 'http://www.w3.org/ns/prov#wasDerivedFrom';

function told(quads) {
  const origin = new Map(quads.filter(q => q.predicate.value === DERIVED).map(q => [q.subject.value, q.object.value]));
  const reified = quads.filter(q => q.predicate.value === REIFIES);
  const lines = reified.map(q => [
    q.object.subject.value, q.object.predicate.value, q.object.object.value, origin.get(q.subject.value),
  ].join('\t'));
  return { count: quads.length, lines: lines.sort() };
}

const { Parser } = require(n3Folder);
const oxigraph = require(oxigraphFolder);
const base = 'https://w3id.org/efa-lod/';
process.stdout.write(JSON.stringify({
  n3: told(new Parser({ format: mediaType, baseIRI: base }).parse(text)),
  oxigraph: told(oxigraph.parse(text, { format: mediaType, base_iri: base })),
}));
