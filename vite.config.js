// Builds the front end: one style sheet and one script for every page, the diagram viewer only where it is used.
import subsetFont from "subset-font";
import { defineConfig } from "vite";

const FIGURES = "0123456789.,/:";

// Be Vietnam Pro has no tabular figures, so Inter lends its own; the rest of it (20 kB a weight) need not travel.
function figuresOnly() {
  return {
    name: "figures-only",
    async generateBundle(_, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type === "asset" && /inter-latin-\d+-normal/.test(asset.fileName)) {
          asset.source = await subsetFont(Buffer.from(asset.source), FIGURES, { targetFormat: "woff2" });
        }
      }
    },
  };
}

export default defineConfig({
  root: "service/assets",
  base: "./", // the service may be mounted below a path
  publicDir: false,
  plugins: [figuresOnly()],
  build: {
    outDir: "../static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0, // `default-src 'self'` allows no data: addresses
    modulePreload: { polyfill: false },
    target: "es2022",
    cssTarget: ["chrome109", "firefox115", "safari16"], // what old office PCs still run
    rollupOptions: { input: ["service/assets/main.js", "service/assets/main.css"] },
  },
});
