import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGitRepositories } from '../src/adapters/git/repositories.ts'
import { asCommitSha, type CommitSha } from '../src/domain/application/commit.ts'
import type { GitRepository } from '../src/ports/git.ts'
import type { BenchRow } from './row.ts'
import { FULL, type Sizes } from './sizes.ts'

const BAD_PATH = 'apps/app-42/env-7/file-3.yaml'

const run = promisify(execFile)

/** A place for the whole run: the origin, and the two ways to work on it. */
interface Site {
  dir: string
  origin: string
  good: CommitSha
  bad: CommitSha
}

/**
 * Reverts one commit of a 100,000-file repository and pushes the result: Kedge's mirror against a full clone with `git revert`, both
 * over file:// and in turns. A network adds the same round trips to both.
 */
export async function benchRevert(sizes = FULL.revert): Promise<BenchRow[]> {
  const dir = await mkdtemp(join(tmpdir(), 'kedge-bench-'))
  try {
    const site = await makeSite(dir, sizes)
    const cold = await measureCold(site, sizes.coldRounds)
    const warm = await measureWarm(site, sizes.warmRounds)
    const files = sizes.apps * sizes.environments * sizes.files
    return [
      row(`revert among ${files} files, warm: fetch, build, push / fetch, reset, revert, push in a full clone`, warm, {
        ratio: 4,
        seconds: 0.5,
      }),
      row('the same, cold: new mirror / new clone', cold, { ratio: 20, seconds: 1 }),
      await diskRow(site),
    ]
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

interface Measured {
  /** Seconds a round. */
  ours: number[]
  other: number[]
}

function row(what: string, measured: Measured, goal: { ratio: number; seconds: number }): BenchRow {
  const ours = median(measured.ours)
  const other = median(measured.other)
  return {
    what,
    ours: `${ours.toFixed(2)} s`,
    other: `${other.toFixed(2)} s`,
    ratio: `${(other / ours).toFixed(1)}x`,
    goal: `<= ${goal.seconds} s, >= ${goal.ratio}x`,
    ok: ours <= goal.seconds && other / ours >= goal.ratio,
  }
}

async function diskRow({ dir }: Site): Promise<BenchRow> {
  const [ours, other] = [await kilobytes(join(dir, 'mirrors-0')), await kilobytes(join(dir, 'clone-0'))]
  return {
    what: 'the same, disk: mirror / full clone',
    ours: `${(ours / 1024).toFixed(1)} MB`,
    other: `${(other / 1024).toFixed(0)} MB`,
    ratio: `${(other / ours).toFixed(0)}x`,
    goal: '>= 50x',
    ok: other / ours >= 50,
  }
}

async function measureCold(site: Site, rounds: number): Promise<Measured> {
  const measured: Measured = { ours: [], other: [] }
  for (let round = 0; round < rounds; round++) {
    await commitOfOthers(site, `cold-${round}`)
    measured.ours.push(await seconds(async () => revertInMirror(site, await openMirror(site, round), `cold-${round}`)))
    measured.other.push(
      await seconds(async () => {
        await git(site.dir, 'clone', '--quiet', `file://${site.origin}`, `clone-${round}`)
        await revertInClone(site, round, `cold-${round}`)
      }),
    )
  }
  return measured
}

/** On the first of the cold mirrors and clones. */
async function measureWarm(site: Site, rounds: number): Promise<Measured> {
  const measured: Measured = { ours: [], other: [] }
  const repository = await openMirror(site, 0)
  for (let round = 0; round < rounds; round++) {
    await commitOfOthers(site, `warm-${round}`)
    measured.ours.push(await seconds(() => revertInMirror(site, repository, `warm-${round}`)))
    measured.other.push(await seconds(() => revertInClone(site, 0, `warm-${round}`)))
  }
  return measured
}

function openMirror(site: Site, number: number): Promise<GitRepository> {
  const repositories = createGitRepositories({
    root: join(site.dir, `mirrors-${number}`),
    allow: () => true,
    credentialsFor: async () => undefined,
    allowFileProtocol: true,
    timeoutMs: 600_000,
  })
  return repositories.open(`file://${site.origin}`)
}

async function revertInMirror({ good, bad }: Site, repository: GitRepository, name: string): Promise<void> {
  const base = await repository.fetch('main')
  if (!base) throw new Error('the origin has no main')
  const built = await repository.buildRestore({
    base,
    good,
    bad,
    paths: [BAD_PATH],
    message: `Revert "bad"\n\nThis reverts commit ${bad}.`,
    date: Date.now(),
  })
  if (built.result !== 'built') throw new Error(built.result)
  const pushed = await repository.push(`kedge/revert/${name}`, built.commit)
  if (pushed.result !== 'created') throw new Error(pushed.result)
}

async function revertInClone({ dir, bad }: Site, number: number, name: string): Promise<void> {
  const clone = join(dir, `clone-${number}`)
  await git(clone, 'fetch', '--quiet', 'origin', 'main')
  await git(clone, 'reset', '--quiet', '--hard', 'FETCH_HEAD')
  await git(clone, 'revert', '--no-edit', bad)
  await git(clone, 'push', '--quiet', 'origin', `HEAD:refs/heads/other/${name}`)
}

async function makeSite(dir: string, sizes: Sizes['revert']): Promise<Site> {
  const origin = join(dir, 'origin.git')
  await git(dir, 'init', '--quiet', '--bare', '--initial-branch=main', origin)
  await git(origin, 'config', 'uploadpack.allowFilter', 'true')
  await importHistory(origin, sizes)
  // As a host keeps it: one pack with bitmaps.
  await git(origin, 'repack', '-a', '-d', '-b', '-q')
  return { dir, origin, good: await head(origin, 'refs/heads/main~21'), bad: await head(origin, 'refs/heads/main~20') }
}

/** Streamed: starting a process costs the more the bigger this one is, and the service that it stands for is a small one. */
async function importHistory(origin: string, sizes: Sizes['revert']): Promise<void> {
  const importer = spawn('git', ['-C', origin, 'fast-import', '--quiet'], { env: environment(), stdio: ['pipe', 'inherit', 'inherit'] })
  const ended = once(importer, 'close')
  await pipeline(history(sizes), importer.stdin)
  await ended
}

/** All files in one commit, then many small ones; the bad one is the twentieth from the end. */
function* history({ apps, environments, files, commits }: Sizes['revert']): Generator<string> {
  yield 'commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 4\ninit\n'
  for (let app = 0; app < apps; app++) {
    for (let environment = 0; environment < environments; environment++) {
      for (let file = 0; file < files; file++) yield change(`apps/app-${app}/env-${environment}/file-${file}.yaml`, 0)
    }
  }
  for (let commit = 1; commit <= commits; commit++) {
    const path = commit === commits - 20 ? BAD_PATH : `apps/app-${(commit * 7) % apps}/env-${commit % 7}/file-${commit % files}.yaml`
    const when = `${1_700_000_000 + commit * 60} +0000`
    yield `\ncommit refs/heads/main\ncommitter A <a@example.com> ${when}\ndata 6\nchange\n${change(path, commit)}`
  }
}

function change(path: string, version: number): string {
  const text = manifest(path, version)
  return `M 100644 inline ${path}\ndata ${text.length}\n${text}`
}

/** As long as a manifest really is, and different in each file, so that packing finds no more alike than it would in life. */
function manifest(path: string, version: number): string {
  const names = Array.from({ length: 12 }, (_, i) => createHash('sha1').update(`${path}${i}`).digest('base64url'))
  const settings = names.map((name, i) => `            - name: SETTING_${i}\n              value: ${name}\n`)
  return [
    `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata:\n  name: ${path}\n`,
    `spec:\n  template:\n    spec:\n      containers:\n        - image: registry.example/web:v1.${version}\n          env:\n`,
    ...settings,
  ].join('')
}

/** Somebody else's commit, so that both arms have something to fetch. */
async function commitOfOthers({ dir, origin }: Site, name: string): Promise<void> {
  const when = `${Math.floor(Date.now() / 1000)} +0000`
  const head = `commit refs/heads/main\ncommitter B <b@example.com> ${when}\ndata 5\nother\nfrom refs/heads/main^0\n`
  const commit = `${head}${change(`apps/app-1/env-1/${name}.yaml`, 1)}`
  await writeFile(join(dir, 'commit'), commit)
  await run('sh', ['-c', `git -C "${origin}" fast-import --quiet < "${join(dir, 'commit')}"`], { env: environment() })
}

async function head(origin: string, revision: string): Promise<CommitSha> {
  const sha = asCommitSha((await git(origin, 'rev-parse', revision)).trim())
  if (!sha) throw new Error(`${revision} is no commit`)
  return sha
}

async function git(dir: string, ...args: string[]): Promise<string> {
  return (await run('git', ['-C', dir, ...args], { env: environment(), maxBuffer: 1 << 26 })).stdout
}

function environment(): NodeJS.ProcessEnv {
  const who = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.com' }
  return { PATH: process.env['PATH'], HOME: tmpdir(), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', ...who }
}

async function kilobytes(path: string): Promise<number> {
  return Number.parseInt((await run('du', ['-sk', path])).stdout, 10)
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
