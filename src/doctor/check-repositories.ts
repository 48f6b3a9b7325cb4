import type { Secrets } from '../config/secrets.ts'
import type { Config } from '../config/settings.ts'
import { normaliseRepoURL } from '../domain/application/repo-url.ts'
import { allowsRepository } from '../domain/policy/allow.ts'
import { wantsDeployments } from '../domain/policy/settings.ts'
import { failure, ok, warn, type Finding } from '../ports/finding.ts'
import type { GitRepositories } from '../ports/git.ts'
import { checkClock } from './check-clock.ts'

/** A repository that Applications with Rollouts come from, and the branch that they follow. */
export interface Source {
  repoURL: string
  branch: string
}

/** Whether one repository can be read, written and merged into with what the configuration gives. Writes nothing. */
export async function checkRepository(
  source: Source,
  look: { config: Config; secrets: Secrets; repositories: GitRepositories; now: () => number },
): Promise<readonly Finding[]> {
  const { config, secrets, repositories, now } = look
  const place = normaliseRepoURL(source.repoURL)
  const subject = `repository ${place.slice(0, 200)}`
  if (!allowsRepository(config.policy, source.repoURL)) {
    return [
      warn(
        subject,
        'is not in allow.repositories: Kedge does not read it and opens nothing in it',
        'Add it to `allow.repositories` if Kedge shall.',
      ),
    ]
  }
  const reached = await checkGit(subject, source, repositories)
  const index = config.forges.findIndex(({ manifest, options }) => manifest.gitHost(options).toLowerCase() === place.split('/')[0])
  const forge = config.forges[index]
  const credential = secrets.forges[index]?.credential
  if (!forge || credential === undefined) {
    return [
      reached,
      warn(
        subject,
        'is on no forge that the configuration has a credential for: it can be read at most',
        'Add its host to `forges`, if pull requests are wanted.',
      ),
    ]
  }
  const { findings, serverTime } = await forge.manifest.examine(forge.options, credential, {
    ...source,
    commits: forge.commits,
    deployments: wantsDeployments(config.policy),
    subject,
    now,
  })
  return [reached, ...findings, ...checkClock(subject, serverTime, now())]
}

async function checkGit(subject: string, { repoURL, branch }: Source, repositories: GitRepositories): Promise<Finding> {
  try {
    const repository = await repositories.open(repoURL)
    const name = branch === 'HEAD' ? await repository.defaultBranch() : branch
    const head = await repository.remoteBranch(name)
    if (head === undefined)
      return warn(
        subject,
        `is reached by Git and has no branch ${name}: a tag or a commit cannot take a pull request`,
        'Let the Application follow a branch.',
      )
    return ok(subject, `is reached by Git; ${name} is at ${head.slice(0, 12)}`)
  } catch (fault) {
    return failure(subject, fault)
  }
}
