# Makes the table of what `table` kept: lines of a row's name and a result line of an engine.

function name_of(engine) {
  return engine ~ /^flink/ ? "Flink" : engine ~ /^jet/ ? "Jet" : engine == "ref" ? "loop" : "Weft"
}

# The median of numbers with a blank between them.
function median(numbers, n, parts, i, j, held) {
  n = split(numbers, parts, " ")
  for (i = 2; i <= n; i++) {
    held = parts[i] + 0
    for (j = i - 1; j > 0 && parts[j] + 0 > held; j--) parts[j + 1] = parts[j]
    parts[j + 1] = held
  }
  return n == 0 ? "" : n % 2 ? parts[(n + 1) / 2] : (parts[n / 2] + parts[n / 2 + 1]) / 2
}

# A median and, when there are several, the least and the greatest.
function shown(numbers, format, n, parts, i, least, most) {
  n = split(numbers, parts, " ")
  if (n == 0) return "–"
  least = most = parts[1] + 0
  for (i = 2; i <= n; i++) {
    if (parts[i] + 0 < least) least = parts[i] + 0
    if (parts[i] + 0 > most) most = parts[i] + 0
  }
  return sprintf(format, median(numbers)) \
    (n > 1 ? sprintf(" (" format "–" format ")", least, most) : "")
}

function ratio(a, b) {
  return a == "" || b == "" || b == 0 ? "–" : sprintf("%.2f", a / b)
}

{
  if (!($1 in seen)) { seen[$1] = 1; order[++rows] = $1; workload[$1] = "" }
}
$2 == "failed" { failed[$1]++; next }
{
  row = $1
  engine = name_of($3)
  workload[row] = $2
  if ($2 == "w9") {
    if (match($0, /first_record_ms=[0-9]+/)) cpu[row, engine] = cpu[row, engine] " " substr($0, RSTART + 16, RLENGTH - 16)
    runs[row, engine]++
    good[row, engine]++
    next
  }
  runs[row, engine]++
  if ($12 ~ /^MISMATCH/) next
  good[row, engine] += $12 == "ok" || $12 == "reference"
  cpu[row, engine] = cpu[row, engine] " " $10
  speed[row, engine] = speed[row, engine] " " $7
  others = match($0, /others=[0-9.]+/) ? substr($0, RSTART + 7, RLENGTH - 7) + 0 : 0
  if (others > disturbed[row]) disturbed[row] = others
}
END {
  target["w1", "Flink"] = 10; target["w2", "Flink"] = 4; target["w4", "Flink"] = 4
  target["w5", "Flink"] = 20; target["w5", "Jet"] = 3; target["w6", "Flink"] = 3
  print "| workload | plain loop | peer | peer, CPU µs per record | Weft, CPU µs per record | ratio | target | throughput ratio | results checked | others took at most |"
  print "|---|---|---|---|---|---|---|---|---|---|"
  split("Flink Jet", peers, " ")
  for (r = 1; r <= rows; r++) {
    row = order[r]
    own = cpu[row, "Weft"]
    for (p = 1; p <= 2; p++) {
      peer = peers[p]
      if (!((row, peer) in runs)) continue
      if (workload[row] == "w9") {
        printf "| %s, ms to the first record | | %s | %s | %s | %s | ≤ 800 ms | | | |\n", row, peer, \
          shown(cpu[row, peer], "%.0f"), shown(own, "%.0f"), ratio(median(cpu[row, peer]), median(own))
        continue
      }
      wanted = row ~ /RocksDB/ ? 3 : target[workload[row], peer]
      printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s %d of %d, Weft %d of %d | %.1f cores |\n", row, \
        shown(cpu[row, "loop"], "%.3f"), peer, shown(cpu[row, peer], "%.3f"), shown(own, "%.3f"), \
        ratio(median(cpu[row, peer]), median(own)), wanted, ratio(median(speed[row, "Weft"]), median(speed[row, peer])), \
        peer, good[row, peer], runs[row, peer], good[row, "Weft"], runs[row, "Weft"], disturbed[row]
    }
    if (failed[row] > 0) printf "\n%d runs of %s gave no result; see target/table.tsv.\n\n", failed[row], row
  }
  alone = 0
  for (r = 1; r <= rows; r++) {
    row = order[r]
    if (((row, "Flink") in runs) || ((row, "Jet") in runs) || !((row, "Weft") in runs)) continue
    if (!alone++) print "\n| Weft alone | CPU µs per record | million records per second | results checked | others took at most |\n|---|---|---|---|---|"
    printf "| %s | %s | %.1f | %d of %d | %.1f cores |\n", row, shown(cpu[row, "Weft"], "%.3f"), \
      median(speed[row, "Weft"]) / 1e6, good[row, "Weft"], runs[row, "Weft"], disturbed[row]
  }
  narrow = median(cpu["w2 at parallelism 2", "Weft"])
  wide = median(cpu["w2 at parallelism 64", "Weft"])
  if (narrow != "" && wide != "") printf "\nw2 at parallelism 64: %+.1f %% CPU over parallelism 2 (target: at most 15 %%).\n", 100 * (wide / narrow - 1)
  plain = median(cpu["w2 running sum", "Weft"])
  saved = median(cpu["w2 with a checkpoint each second", "Weft"])
  if (plain != "" && saved != "") printf "\nw2 with a checkpoint each second: %+.1f %% CPU over w2 without (target: at most 5 %%).\n", 100 * (saved / plain - 1)
  speeds = median(speed["w6 between processes", "Weft"])
  if (speeds != "") printf "\nw6: Weft (mutual TLS) %.0f MB/s, Flink (plain text) %s MB/s (target: twice as many).\n", speeds * 100 / 1e6, \
    sprintf("%.0f", median(speed["w6 between processes", "Flink"]) * 100 / 1e6)
}
