/** In place of a package’s file: what Node makes of it, outside of jest (`environment.mjs`). */
module.exports = {
  process: (_source, path) => ({ code: `module.exports = globalThis.requireOfNode(${JSON.stringify(path)});` }),
  getCacheKey: (_source, path) => `as node loads ${path}`,
};
