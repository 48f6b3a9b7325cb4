import { accessSync, constants, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { runGit } from '../adapters/git/run-git.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { Secrets } from '../config/secrets.ts'
import type { Config } from '../config/settings.ts'
import { fail, failure, ok, warn, type Finding } from '../ports/finding.ts'

const GIT_TIMEOUT_MS = 10_000
/** The first with `merge-tree --write-tree`. */
const NEEDED_GIT = [2, 38] as const

/** What is on this machine: Git, folders, the ledger. Changes nothing, also beside a running service. */
export async function checkLocal(
  { config, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>,
  now: () => number,
): Promise<readonly Finding[]> {
  const { manifest, options } = config.ledger
  const ledger = await manifest.examine(options, secrets.ledger, { now, folder: (path) => checkFolder('ledger', path) })
  return [await checkGitProgram(), checkFolder('mirrors', config.mirrors.path), ledger]
}

async function checkGitProgram(): Promise<Finding> {
  try {
    const { stdout } = await runGit({ args: ['--version'], timeoutMs: GIT_TIMEOUT_MS })
    const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout.toString('utf8')) ?? []
    const isEnough = Number(major) > NEEDED_GIT[0] || (Number(major) === NEEDED_GIT[0] && Number(minor) >= NEEDED_GIT[1])
    const version = `${major}.${minor}`
    return isEnough
      ? ok('git', `is version ${version}`)
      : fail('git', `is version ${version}: reverts cannot be built with it`, `Install ${NEEDED_GIT.join('.')} or later.`)
  } catch (fault) {
    return failure('git', fault)
  }
}

/** Whether something can be added there, or where it would be made. */
export function checkFolder(subject: string, path: string): Finding {
  const folder = nearest(path)
  try {
    accessSync(folder, constants.W_OK)
    return ok(subject, `can be written at ${path}`)
  } catch {
    return fail(subject, `${folder} cannot be written by this user`, 'Check the owner of the volume, and that it is not mounted read-only.')
  }
}

function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path))
}

/** Webhooks make Kedge look sooner; without a secret they are closed. */
export function checkWebhooks(config: Config, secrets: Secrets): readonly Finding[] {
  const forges = config.forges.map(({ manifest: { id, name } }, index) =>
    secrets.forges[index]?.webhook
      ? ok('webhooks', `the secret of the ${name} webhook is set`)
      : warn(
          'webhooks',
          `no secret is set for ${name}, so its webhook is closed: merges are seen a little later`,
          `Set \`webhook.secretFile\` of the ${id} entry of \`forges\`, and the same secret at ${name} (\`openssl rand -hex 32\`).`,
        ),
  )
  const argocd = ok(
    'webhooks',
    secrets.argocdWebhook
      ? 'the secret of the Argo CD webhook is set'
      : 'no secret is set for Argo CD: its webhook is closed, and the watch sees the same',
  )
  return [...forges, argocd]
}
