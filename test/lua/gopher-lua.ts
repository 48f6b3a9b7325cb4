import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { hostile, plausible } from './generated.ts'
import { ASSESS, healthCases, recordedObjects } from './health-cases.ts'
import { KINDS, type Kind } from './sandbox.ts'

/*
 * Runs the Lua of lua-health on gopher-lua, configured like Argo CD, over upstream's cases, our cases, the recordings and
 * generated objects, and holds it against src/domain/health/health.ts and against the Lua built into Argo CD.
 */

const OBJECTS = process.env['KEDGE_NIGHTLY'] === '1' ? 200_000 : 5_000

function main(): number {
  const go = spawnSync('go', ['version'], { encoding: 'utf8' })
  if (go.error !== undefined || go.status !== 0) {
    process.stdout.write('skipped: no Go toolchain\n')
    return 0
  }
  const folder = mkdtempSync(join(tmpdir(), 'kedge-health-'))
  try {
    const corpus = join(folder, 'corpus.jsonl')
    writeCorpus(corpus)
    const test = spawnSync('go', ['test', '-count=1', '-timeout=2h', '-v', './...'], {
      cwd: import.meta.dirname,
      env: { ...process.env, KEDGE_HEALTH_CORPUS: corpus },
      stdio: 'inherit',
    })
    return test.status ?? 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function writeCorpus(path: string): void {
  const file = openSync(path, 'w')
  const write = (origin: string, kind: Kind, object: unknown): void => {
    writeSync(file, `${JSON.stringify({ kind, origin, object, verdict: ASSESS[kind](object) })}\n`)
  }
  try {
    for (const kind of KINDS) for (const { object } of healthCases(kind)) write('case', kind, object)
    for (const { kind, object } of recordedObjects()) write('recorded', kind, object)
    fc.assert(
      fc.property(fc.oneof(plausible(), hostile()), ({ kind, object }) => write('generated', kind, object)),
      { numRuns: OBJECTS },
    )
  } finally {
    closeSync(file)
  }
}

process.exitCode = main()
