import { execFile } from 'node:child_process'
import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { KedgeError } from '../../domain/errors.ts'

const run = promisify(execFile)

/** Hermetic: the replay sees nothing of the machine's Git configuration. */
const ENVIRONMENT = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
}

export interface RecordedRepository {
  /** The bare repository on disk that stands for the remote. */
  path: string
  /** Epoch ms at which a branch moved, ascending: the instants worth stopping at. */
  instants: readonly number[]
  /** Puts every branch where it was at this time (epoch ms). */
  moveTo(at: number): Promise<void>
}

interface Step {
  at: number
  branch: string
  sha: string
}

/**
 * Makes a bare repository from a bundle (or another repository) whose branches follow the recording's time. A commit is on its branch
 * from the time that `commitTimes` gives; one that is not named there, from its committer date.
 * @throws KedgeError E_RECORDING_UNREADABLE
 */
export async function createRecordedRepository(
  bundle: string,
  dir: string,
  commitTimes: ReadonlyMap<string, number>,
): Promise<RecordedRepository> {
  const source = resolve(bundle)
  await access(source).catch((error: unknown) => {
    throw new KedgeError('E_RECORDING_UNREADABLE', `the repository ${source} cannot be read`, { cause: error })
  })
  const path = join(dir, 'origin.git')
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', args, { env: { ...ENVIRONMENT, HOME: dir }, maxBuffer: 64 * 1024 * 1024 })).stdout
  await layOut(path)
  await git('-C', path, 'fetch', '--quiet', source, '+refs/heads/*:refs/recorded/*').catch((error: unknown) => {
    throw new KedgeError('E_RECORDING_UNREADABLE', `${source} is not a Git bundle or repository`, { cause: error })
  })
  const steps = await readSteps(git, path, commitTimes)
  const branches = [...new Set(steps.map((step) => step.branch))]
  await writeFile(join(path, 'HEAD'), headOf(branches.includes('main') ? 'main' : (branches[0] ?? 'main')))
  const now = new Map<string, string>()

  return {
    path,
    instants: [...new Set(steps.map((step) => step.at))].sort((a, b) => a - b),
    async moveTo(at) {
      for (const branch of branches) {
        const step = steps.findLast((one) => one.branch === branch && one.at <= at)
        if (!step || now.get(branch) === step.sha) continue
        await writeRef(path, `refs/heads/${branch}`, step.sha)
        now.set(branch, step.sha)
      }
    },
  }
}

/** A replay makes one for each recording; by Git itself it would be four processes. */
async function layOut(path: string): Promise<void> {
  for (const folder of ['objects', 'refs']) await mkdir(join(path, folder), { recursive: true })
  await writeFile(join(path, 'HEAD'), headOf('main'))
  // Nobody tidies up what is thrown away after the replay: Git would start two processes to look, for each fetch and push.
  const tidying = '[gc]\nauto = 0\n[maintenance]\nauto = false\n[receive]\nautogc = false\n'
  const serving = '[uploadpack]\nallowFilter = true\nallowAnySHA1InWant = true\n'
  const config = `[core]\nrepositoryFormatVersion = 0\nbare = true\n${tidying}${serving}`
  await writeFile(join(path, 'config'), config)
}

const headOf = (branch: string): string => `ref: refs/heads/${branch}\n`

/** As Git writes one: whole or not at all. Nobody else moves it, and nothing packs it. */
async function writeRef(path: string, ref: string, sha: string): Promise<void> {
  const file = join(path, ref)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.lock`, `${sha}\n`)
  await rename(`${file}.lock`, file)
}

async function readSteps(
  git: (...args: string[]) => Promise<string>,
  path: string,
  commitTimes: ReadonlyMap<string, number>,
): Promise<readonly Step[]> {
  const refs = (await git('-C', path, 'for-each-ref', '--format=%(refname:lstrip=2)', 'refs/recorded/'))
    .split('\n')
    .filter((ref) => ref !== '')
  const steps: Step[] = []
  for (const branch of refs) {
    const log = await git('-C', path, 'log', '--first-parent', '--reverse', '--format=%H %ct', `refs/recorded/${branch}`)
    for (const line of log.split('\n').filter((text) => text !== '')) {
      const [sha = '', seconds = '0'] = line.split(' ')
      steps.push({ at: commitTimes.get(sha) ?? Number(seconds) * 1_000, branch, sha })
    }
  }
  return steps
}
