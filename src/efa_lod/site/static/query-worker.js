// The engine of the query page, in a worker of its own, so that a query is stopped by ending the worker.
// Messages in: {load: {wasm, graph, most}} with addresses or contents, {ask: {query, format, base, names}}.
// Messages out: {loaded: triples}, {answer, absent}, {error}.
import start, { Store } from "./oxigraph.js";

let store = null;

async function textOf(graph) {
  if (!graph.address) return graph.text;
  const response = await fetch(graph.address);
  if (!response.ok) throw new Error(`${response.status} ${graph.address}`);
  return response.text();
}

async function load({ wasm, graph, most }) {
  const [text] = await Promise.all([textOf(graph), start({ module_or_path: wasm })]);
  const made = new Store();
  made.load(text, { format: "text/turtle", base_iri: graph.base, unchecked: false, no_transaction: true });
  if (made.size > most) return { tooLarge: made.size };
  store = made;
  return { loaded: store.size };
}

// Of the IRIs that a query names, those that the graph does not have anywhere.
function absent(iris) {
  return iris.filter((iri) => !store.query(`ASK { { <${iri}> ?p ?o } UNION { ?s <${iri}> ?o } UNION { ?s ?p <${iri}> } }`));
}

function ask({ query, format, base, iris }) {
  const answer = store.query(query, { results_format: format, base_iri: base });
  return { answer: typeof answer === "string" ? answer : JSON.stringify({ head: {}, boolean: answer }), absent: absent(iris) };
}

onmessage = async ({ data }) => {
  try {
    postMessage(data.load ? await load(data.load) : ask(data.ask));
  } catch (error) {
    postMessage({ error: String(error && error.message ? error.message : error) });
  }
};
