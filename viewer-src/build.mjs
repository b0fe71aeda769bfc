// Builds the one ES module that every host of the viewer uses. `--check` compares instead of writing.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const out = fileURLToPath(new URL("../src/nodewise/viewer/static/viewer.js", import.meta.url));
// Style sheets are text in the module: minified, as the rest of it.
const styles = {
  name: "styles",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: "es2022" });
      return { contents: code, loader: "text" };
    });
  },
};
const result = await build({
  entryPoints: [fileURLToPath(new URL("src/index.ts", import.meta.url))],
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "inline",
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [styles],
  write: false,
});
const text = result.outputFiles[0].text;

if (process.argv.includes("--check")) {
  let committed = "";
  try {
    committed = readFileSync(out, "utf8");
  } catch {
    // a missing file differs, too
  }
  if (committed !== text) {
    console.error("src/nodewise/viewer/static/viewer.js is not what viewer-src/ builds. Run `make viewer` and commit it.");
    process.exit(1);
  }
} else {
  writeFileSync(out, text);
  console.log(`viewer.js: ${(text.length / 1000).toFixed(0)} kB`);
}
