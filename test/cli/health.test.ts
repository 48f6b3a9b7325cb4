import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { runHealth } from '../../src/cli/commands/health.ts'
import type { CliIo } from '../../src/cli/terminal/io.ts'

const HEALTHY = rollout('calm', { phase: 'Healthy' })
const PAUSED = rollout('waiting', { phase: 'Paused', message: 'manually paused' })
const DEGRADED = rollout('hurt', { phase: 'Degraded', message: 'ProgressDeadlineExceeded: x' })
const UNKNOWN = rollout('odd', { phase: 'Hibernating' })

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kedge-health-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('kedge health', () => {
  it('prints a table for people, in which Suspended reads Paused', async () => {
    const { code, stdout } = await health({ files: ['-'], stdin: [HEALTHY, PAUSED].map((object) => stringify(object)).join('---\n') })
    expect(stdout).toBe(
      'STATUS   KIND     NAMESPACE  NAME     MESSAGE\n' +
        'Healthy  Rollout  shop       calm\n' +
        'Paused   Rollout  shop       waiting  Paused — manually paused\n',
    )
    expect(code).toBe(0)
  })

  it("prints JSON in Argo CD's own words", async () => {
    const { stdout } = await health({ files: ['-'], output: 'json', stdin: JSON.stringify(PAUSED) })
    expect(JSON.parse(stdout)).toEqual([
      { file: '-', kind: 'Rollout', namespace: 'shop', name: 'waiting', status: 'Suspended', message: 'Paused — manually paused' },
    ])
  })

  it('reads folders with the folders in them, several documents a file, and lists', async () => {
    write('a.yaml', `${stringify(HEALTHY)}---\n${stringify(PAUSED)}`)
    write('deep/b.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [DEGRADED] }))
    write(
      'deep/c.yml',
      stringify({ apiVersion: 'argoproj.io/v1alpha1', kind: 'RolloutList', items: [{ ...UNKNOWN, kind: undefined }, null, 5] }),
    )
    write('notes.txt', '{{ no manifest }}')
    const { stdout } = await health({ files: [folder], output: 'json' })
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual(['calm', 'waiting', 'hurt', 'odd'])
  })

  it('passes over every kind that it has no rule for', async () => {
    const others = [{ apiVersion: 'v1', kind: 'Service' }, { apiVersion: 'example.com/v1', kind: 'Rollout' }, null, 'text', HEALTHY]
    const { stdout } = await health({ files: ['-'], output: 'json', stdin: others.map((object) => stringify(object)).join('---\n') })
    expect(JSON.parse(stdout)).toHaveLength(1)
  })

  it.each([
    { worst: 'Healthy', objects: [HEALTHY, PAUSED], code: 0 },
    { worst: 'Degraded', objects: [HEALTHY, DEGRADED], code: 1 },
    { worst: 'Unknown', objects: [DEGRADED, UNKNOWN], code: 3 },
  ])('exits $code when $worst is the worst', async ({ objects, code }) => {
    const stdin = objects.map((object) => stringify(object)).join('---\n')
    expect((await health({ files: ['-'], stdin })).code).toBe(code)
  })

  it('exits 2 when there is nothing to judge', async () => {
    const { code, stderr } = await health({ files: ['-'], stdin: '' })
    expect(code).toBe(2)
    expect(stderr).toContain('no Rollout, AnalysisRun or Experiment')
  })

  it('exits 2 on a file that is not there or is no YAML, and still judges the others', async () => {
    write('bad.yaml', 'replicas: {{ .Values.replicas }}: [')
    write('good.yaml', stringify(DEGRADED))
    const { code, stdout, stderr } = await health({ files: [folder, join(folder, 'gone.yaml')] })
    expect(code).toBe(2)
    expect(stdout).toContain('hurt')
    expect(stderr).toContain(`E_MANIFEST_MALFORMED: ${join(folder, 'bad.yaml')}`)
    expect(stderr).toContain(`E_FILE_UNREADABLE: ${join(folder, 'gone.yaml')}`)
  })

  it('refuses a document whose aliases multiply', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
    for (const [name, before] of [
      ['b', 'a'],
      ['c', 'b'],
      ['d', 'c'],
      ['e', 'd'],
    ])
      bomb.push(`${name}: &${name} [${`*${before}, `.repeat(10)}]`)
    expect((await health({ files: ['-'], stdin: bomb.join('\n') })).stderr).toContain('E_MANIFEST_MALFORMED')
  })

  it('lets no control sequence from an object reach the terminal', async () => {
    const hostile = rollout('evil\u001b[2J', { phase: 'Degraded', message: 'a\nb\u001b]0;title\u0007\u202ec' })
    const { stdout } = await health({ files: ['-'], stdin: JSON.stringify(hostile) })
    // oxlint-disable-next-line no-control-regex -- controls are what this is about
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    expect(stdout.split('\n')).toHaveLength(3)
  })

  it('says that an object being deleted is Progressing, as Argo CD does before any script runs', async () => {
    const deleting = { ...DEGRADED, metadata: { ...DEGRADED.metadata, deletionTimestamp: '2026-11-23T02:38:29Z' } }
    const { code, stdout } = await health({ files: ['-'], stdin: JSON.stringify(deleting) })
    expect(stdout).toContain('Progressing  Rollout  shop       hurt  Pending deletion')
    expect(code).toBe(0)
  })
})

async function health(options: {
  files: string[]
  output?: 'table' | 'json'
  stdin?: string
}): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' }
  const io: CliIo = {
    stdout: (text) => void (written.stdout += text),
    stderr: (text) => void (written.stderr += text),
    stdin: () => Promise.resolve(options.stdin ?? ''),
  }
  const code = await runHealth({ files: options.files, output: options.output ?? 'table' }, io)
  return { code, ...written }
}

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

function rollout(name: string, status: object) {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name, namespace: 'shop', generation: 1 }, spec: {}, status }
}
