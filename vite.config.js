// Builds the front end: one style sheet and one script for every page, the diagram viewer only where it is used.
import { readFileSync } from "node:fs";
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

const TINOS = "node_modules/@expo-google-fonts/tinos";
const CUTS = ["400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"];

// Papers are set in Tinos (the measures of Times New Roman) and in nothing else: its four cuts lie beside the pages, with their licence.
function fontOfPapers() {
  return {
    name: "font-of-papers",
    generateBundle() {
      const lay = (fileName, source) => this.emitFile({ type: "asset", fileName: `papers/${fileName}`, source });
      for (const cut of CUTS) lay(`Tinos_${cut}.ttf`, readFileSync(`${TINOS}/${cut}/Tinos_${cut}.ttf`));
      lay("LICENSE_FONT", readFileSync(`${TINOS}/LICENSE_FONT`));
    },
  };
}

// The worker of kept pages has one name for ever, and stands alone.
function workerOfKeptPages() {
  return {
    name: "worker-of-kept-pages",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "worker.js", source: readFileSync("service/assets/forms/worker.js") });
    },
  };
}

// `default-src 'self'` takes no style written into markup or into a style element, which parts of the studio write: what
// stays the same becomes attributes of the drawing, what is computed waits in `data-style` until assets/studio/speak.js
// sets it by hand, and the text fields of the form editor use style sheets that a script may make.
function noStyleInMarkup() {
  const attributes = (style) => style.replace(/([\w-]+):([^;]+);?/g, ' $1="$2"').trim();
  return {
    name: "no-style-in-markup",
    transform(code, id) {
      if (/node_modules\/style-mod\//.test(id)) return code.replace("!root.head && root.adoptedStyleSheets", "root.adoptedStyleSheets");
      if (/node_modules\/dmn-js-[\w-]+\/lib\//.test(id)) return code.includes('style="') ? code.replaceAll('style="', 'data-style="') : null;
      if (!/node_modules\/(bpmn-js-token-simulation|bpmn-js)\/lib\//.test(id) || !code.includes('style="')) return null;
      return code.replace(/style="([^"]*)"/g, (_, style) => (style.includes("${") ? `data-style="${style}"` : attributes(style)));
    },
  };
}

export default defineConfig({
  root: "service/assets",
  base: "./", // the service may be mounted below a path
  publicDir: false,
  plugins: [figuresOnly(), fontOfPapers(), workerOfKeptPages(), noStyleInMarkup()],
  build: {
    outDir: "../static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0, // `default-src 'self'` allows no data: addresses
    modulePreload: { polyfill: false },
    target: "es2022",
    cssTarget: ["chrome109", "firefox115", "safari16"], // what old office PCs still run
    rollupOptions: { input: ["main.js", "main.css", "studio/studio.js", "studio/studio.css"].map((file) => `service/assets/${file}`) },
  },
});
