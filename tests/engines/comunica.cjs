// Answer several SPARQL queries over one RDF file with Comunica, in one process.
//
// Usage: node comunica.cjs ENGINE GRAPH < JOBS
// ENGINE is the folder of the package @comunica/query-sparql-file, JOBS a JSON list of [query, media type].
// Prints a JSON list of the answers, each as text of its media type.

// Comunica's HTTP library wants these of a newer Node than Debian has; none is called where nothing is fetched.
globalThis.File ??= require('node:buffer').File;
const zlib = require('node:zlib');
zlib.createZstdDecompress ??= () => { throw new Error('this Node has no zstd'); };
require('node:worker_threads').markAsUncloneable ??= () => {};

const [engineFolder, graph] = process.argv.slice(2);
const { QueryEngine } = require(engineFolder);
const jobs = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));

async function text(stream) {
  const pieces = [];
  for await (const piece of stream) {
    pieces.push(String(piece));
  }
  return pieces.join('');
}

(async () => {
  const engine = new QueryEngine();
  const answers = [];
  for (const [query, mediaType] of jobs) {
    const result = await engine.query(query, { sources: [graph] });
    answers.push(await text((await engine.resultToString(result, mediaType)).data));
  }
  process.stdout.write(JSON.stringify(answers));
})();
