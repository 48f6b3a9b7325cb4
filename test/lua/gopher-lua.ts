import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { hostile, plausible } from './generated.ts'
import { ASSESS, healthCases, recordedObjects } from './health-cases.ts'
import { KINDS, type Kind } from './sandbox.ts'

/*
 * Runs the Lua of lua-health on gopher-lua, configured like Argo CD, over upstream's cases, our cases, the recordings and
 * generated objects, and holds it against src/domain/health/health.ts and against the Lua built into Argo CD.
 * `--objects N` says how many are generated; `--seed N` makes the same ones again.
 */

/** So many at a time, to keep the file of objects within some hundred megabytes. */
const CHUNK = 100_000

function main(): number {
  const { values } = parseArgs({ options: { objects: { type: 'string', default: '5000' }, seed: { type: 'string' } } })
  const wanted = Number(values.objects)
  const seed = Number(values.seed ?? Math.trunc(Math.random() * 2 ** 31))
  if (!Number.isSafeInteger(wanted) || wanted < 1 || !Number.isSafeInteger(seed)) {
    process.stderr.write('--objects and --seed take whole numbers.\n')
    return 2
  }
  const go = spawnSync('go', ['version'], { encoding: 'utf8' })
  if (go.error !== undefined || go.status !== 0) {
    process.stdout.write('skipped: no Go toolchain\n')
    return 0
  }
  const folder = mkdtempSync(join(tmpdir(), 'kedge-health-'))
  try {
    const program = join(folder, 'health.test')
    const build = spawnSync('go', ['test', '-c', '-o', program, '.'], { cwd: import.meta.dirname, stdio: 'inherit' })
    if (build.status !== 0) return build.status ?? 1
    // Even chunks: in a small one some documented difference may not occur, which the test takes for a fault.
    const chunks = Math.ceil(wanted / CHUNK)
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const status = judge(program, join(folder, 'corpus.jsonl'), { objects: Math.ceil(wanted / chunks), seed: seed + chunk })
      if (status !== 0) return status
    }
    process.stdout.write(`${wanted} generated objects, seed ${seed}: one verdict\n`)
    return 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function judge(program: string, corpus: string, chunk: { objects: number; seed: number }): number {
  writeCorpus(corpus, chunk)
  // Of a big corpus one in twenty also goes through the rest: open libraries, and the script built into Argo CD.
  const every = chunk.objects > 20_000 ? '20' : '1'
  const env = { ...process.env, KEDGE_HEALTH_CORPUS: corpus, KEDGE_HEALTH_SAMPLE_EVERY: every }
  const test = spawnSync(program, ['-test.v', '-test.timeout=2h'], { cwd: import.meta.dirname, env, stdio: 'inherit' })
  return test.status ?? 1
}

function writeCorpus(path: string, { objects, seed }: { objects: number; seed: number }): void {
  const file = openSync(path, 'w')
  const write = (origin: string, kind: Kind, object: unknown): void => {
    writeSync(file, `${JSON.stringify({ kind, origin, object, verdict: ASSESS[kind](object) })}\n`)
  }
  try {
    for (const kind of KINDS) for (const { object } of healthCases(kind)) write('case', kind, object)
    for (const { kind, object } of recordedObjects()) write('recorded', kind, object)
    fc.assert(
      fc.property(fc.oneof(plausible(), hostile()), ({ kind, object }) => write('generated', kind, object)),
      { numRuns: objects, seed },
    )
  } finally {
    closeSync(file)
  }
}

process.exitCode = main()
