import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGitRepositories } from '../src/adapters/git/repositories.ts'
import { readApplication } from '../src/adapters/kubernetes/snapshots/application.ts'
import type { CommitSha } from '../src/domain/application/commit.ts'
import { normaliseRepoURL } from '../src/domain/application/repo-url.ts'
import { readInputs } from '../src/reconcile/inputs/read-inputs.ts'
import { createOrigin, sha, type Origin } from '../test/contract/git/origin.ts'
import { HOSTILE_YAML } from '../test/hostile-yaml.ts'
import { REPO, stageApplication } from '../test/simulation/application.ts'
import type { BenchRow } from './row.ts'
import { FULL } from './sizes.ts'

const STALL_MS = 100
const MEMORY_MB = 64
/** Each star may stand for any of the characters. */
const GLOB = '**a**a**a**a**a**a**b'

/** What a stranger's files cost one look: the processor's time in one piece, while nothing else runs, and memory. */
export async function benchStrangers({ largeMb, globs, chartFiles, beside, messageMb } = FULL.strangers): Promise<BenchRow[]> {
  const texts = Object.values(HOSTILE_YAML)
  const kustomization = `resources:\n${texts.map((_, index) => `- ../../b${index}`).join('\n')}\n`
  const bases = Object.fromEntries(texts.map((text, index) => [`b${index}/kustomization.yaml`, text]))
  const large = { 'apps/web/kustomization.yaml': `# ${'x'.repeat(largeMb * 1024 * 1024)}\n` }
  const chart = {
    'apps/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'apps/web/templates/all.yaml': Array.from({ length: globs }, (_, index) => `{{ .Files.Glob "{f${index % 400},${GLOB}}" }}\n`).join(''),
    ...Object.fromEntries(Array.from({ length: chartFiles }, (_, index) => [`apps/web/files/${'a'.repeat(30)}${index}`, ''])),
  }
  const long = `${'word '.repeat(12)}\n`.repeat(messageMb * 1024 * 16)
  return [
    ...(await measure(`${texts.length} hostile YAML files`, { 'apps/web/kustomization.yaml': kustomization, ...bases })),
    ...(await measure(`a kustomization of ${largeMb} MB`, large)),
    ...(await measure(`${globs} globs of a chart of ${chartFiles} files`, chart)),
    ...(await measure(`${beside} files that a neighbour puts beside a folder`, { 'apps/web/a.yaml': 'a: 1\n' }, (origin) =>
      putBeside(origin, beside),
    )),
    ...(await measure(`a commit with a message of ${messageMb} MB`, { 'apps/web/a.yaml': 'a: 1\n' }, (origin) =>
      say(origin, `Fix\n\n${long}`),
    )),
    ...(await measure(`a commit with a subject of ${messageMb} MB`, { 'apps/web/a.yaml': 'a: 1\n' }, (origin) => say(origin, long))),
  ]
}

/** A commit of the application's own with that message. */
function say(origin: Origin, message: string): CommitSha {
  const blob = origin.git(['hash-object', '-w', '--stdin'], 'a: 2\n')
  const web = origin.git(['mktree'], `100644 blob ${blob}\ta.yaml\n`)
  const apps = origin.git(['mktree'], `040000 tree ${web}\tweb\n`)
  const root = origin.git(['mktree'], `040000 tree ${apps}\tapps\n`)
  const commit = origin.git(['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', root, '-p', 'main', '-F', '-'], message)
  origin.git(['update-ref', 'refs/heads/main', commit])
  return sha(commit)
}

/** A commit of that many files beside the folders of `apps`. */
function putBeside(origin: Origin, files: number): CommitSha {
  const git: Origin['git'] = (args, input) => origin.git(args, input)
  const blob = git(['hash-object', '-w', '--stdin'], 'x')
  const beside = Array.from({ length: files }, (_, index) => `100644 blob ${blob}\tother-${index}\n`)
  const apps = git(['mktree'], `${git(['ls-tree', 'main:apps'])}\n${beside.join('')}`)
  const root = git(['mktree'], `040000 tree ${apps}\tapps\n`)
  const commit = git(['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', root, '-p', 'main', '-m', 'beside'])
  git(['update-ref', 'refs/heads/main', commit])
  return sha(commit)
}

/** `next`: what comes after the commit of the files. */
async function measure(what: string, files: Readonly<Record<string, string>>, next?: (origin: Origin) => CommitSha): Promise<BenchRow[]> {
  await using origin = await createOrigin()
  const root = await mkdtemp(join(tmpdir(), 'kedge-bench-'))
  try {
    const repositories = createGitRepositories({
      root,
      allow: () => true,
      credentialsFor: async () => undefined,
      urlFor: () => origin.dir,
      allowFileProtocol: true,
      timeoutMs: 60_000,
    })
    const application = readApplication('prod', stageApplication({ now: () => 0, nextVersion: () => 1 }).object())
    if (!application) throw new Error('no Application')
    const first = origin.commit(files)
    const head = next?.(origin) ?? first
    const repository = await repositories.open(REPO)
    await repository.fetch('main')
    const cost = await costOf(async () => {
      const { own, named } = await readInputs({ repository, name: normaliseRepoURL(REPO), application }, head)
      await repository.differingPaths(first, head, [...own, ...named])
      await repository.commitsTouching(first, head, [...own, ...named])
      await repository.commit(head)
    })
    return [
      row(`${what}: longest stall`, { value: cost.stallMs, unit: 'ms', most: STALL_MS }),
      row(`${what}: memory at most`, { value: cost.memoryMb, unit: 'MB', most: MEMORY_MB }),
    ]
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

function row(what: string, { value, unit, most }: { value: number; unit: string; most: number }): BenchRow {
  const goal = `<= ${most} ${unit}`
  return { what, ours: `${value.toFixed(0)} ${unit}`, other: '–', ratio: '–', goal, ok: value <= most }
}

/** The longest piece of the processor's time between two turns of the event loop, and how far memory grew above what was there. */
async function costOf(work: () => Promise<unknown>): Promise<{ stallMs: number; memoryMb: number }> {
  const before = process.memoryUsage.rss()
  let [stall, most, isOver, last] = [0, before, false, process.cpuUsage()]
  const look = (): void => {
    stall = Math.max(stall, process.cpuUsage(last).user / 1_000)
    most = Math.max(most, process.memoryUsage.rss())
    last = process.cpuUsage()
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  await work()
  isOver = true
  look()
  return { stallMs: stall, memoryMb: (most - before) / 1024 / 1024 }
}
