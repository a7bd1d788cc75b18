import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Writes every text file's compressed forms beside it, so that the server compresses nothing. */
function precompress(): Plugin {
  let directory = "";
  return {
    name: "precompress",
    configResolved(config) {
      directory = join(config.build.outDir, "assets");
    },
    closeBundle() {
      for (const name of readdirSync(directory)) {
        if (!/\.(js|css|svg)$/.test(name)) continue;
        const content = readFileSync(join(directory, name));
        writeFileSync(join(directory, `${name}.gz`), gzipSync(content, { level: 9 }));
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        writeFileSync(join(directory, `${name}.br`), brotliCompressSync(content, { params: quality }));
      }
    },
  };
}

export default defineConfig({
  base: "/console/",
  html: { cspNonce: "__NONCE__" },
  build: { target: "es2023", modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  worker: { format: "es" },
  plugins: [precompress()],
  server: { proxy: { "/console/api": "http://127.0.0.1:8083" } },
});
