// Reads a RIS file with Citation.js and writes what it found as JSON (tests/workflow/test_second_opinions.py).
const { Cite } = require("@citation-js/core");
require("@citation-js/plugin-ris");
const fs = require("fs");
const data = new Cite(fs.readFileSync(process.argv[2], "utf8")).data;
process.stdout.write(JSON.stringify(data));
