import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { normaliseRepoURL, repositoryPlace } from '../../domain/application/repo-url.ts'
import { KedgeError } from '../../domain/errors.ts'
import { withoutCredentials } from '../../domain/words/credentials.ts'
import type { GitRepositories, GitRepository } from '../../ports/git.ts'
import { cannotWrite } from './faults.ts'
import { rememberAnswers } from './memo.ts'
import { createMirror, type Mirror } from './mirror.ts'
import { createProcessLimit } from './process-limit.ts'
import { remoteFor } from './remote-url.ts'
import { createGitRepository } from './repository.ts'
import type { Credentials } from './run-git.ts'

export interface GitRepositoriesOptions {
  /** Directory for the mirrors, of Kedge's own. */
  root: string
  /** Whether the admin allows this repository (invariant 9). Asked at every `open`. */
  allow(repoURL: string): boolean
  /**
   * Asked for every Git process that goes to the network, so that short-lived tokens stay fresh, and once more with the password that
   * was refused.
   */
  credentialsFor(repoURL: string, rejected?: string): Promise<Credentials | undefined>
  /** Hosts that take owner and name in any case; in lower case. */
  caseIgnoringHosts?: readonly string[] | undefined
  /** Where the repository really is, for tests and replays; a path is taken for `file://`. */
  urlFor?: (repoURL: string) => string
  allowFileProtocol?: boolean
  /**
   * Repositories on this disk are not fetched: their heads are read from their files, and their objects where they lie; malformed ones are
   * looked for once, when a repository is opened first. A replay asks thousands of times.
   */
  borrowsOnDisk?: boolean
  /** Lets tokens travel in clear to hosts other than loopback. */
  allowPlainHttp?: boolean
  /** Refuses malformed objects (default). Some old repositories hold some, for ever. */
  fsckObjects?: boolean
  /** How long one Git process may take. The first fetch of a repository is one process. */
  timeoutMs: number
  /** What else Git needs of the environment. */
  network?: { httpsProxy?: string | undefined; noProxy?: string | undefined; caFile?: string | undefined }
  /** Where `git` is looked for. */
  searchPath?: string
}

const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin'

/**
 * Opens repositories as bare mirrors under `root`, one for each address that Git asks, whether it is spelled for SSH or https; case counts
 * but on hosts that ignore it. With `.git` at its end and without are two: some answer the second with a redirect, which nobody follows,
 * others know but one, and what one Application misspells must not cost another its mirror. What is decided goes by the name without it
 * (`normaliseRepoURL`), so two mirrors of one repository cost their disk and their fetches, and open no second PR.
 * Two processes must not share a root. Disposed, it leaves no process behind, and can still be used.
 * @throws KedgeError E_REPOSITORY_NOT_ALLOWED, E_GIT_BAD_INPUT
 */
export function createGitRepositories(options: GitRepositoriesOptions): GitRepositories {
  const open = new Map<string, GitRepository>()
  const home = join(options.root, 'home')
  const mirrors: Mirror[] = []
  const limit = createProcessLimit()
  let layout: Promise<unknown> | undefined

  return {
    async open(repoURL) {
      if (!options.allow(repoURL)) {
        throw new KedgeError(
          'E_REPOSITORY_NOT_ALLOWED',
          `the repository ${JSON.stringify(withoutCredentials(repoURL).slice(0, 200))} is not on the list of allowed ones`,
        )
      }
      const remote = remoteFor(options.urlFor?.(repoURL) ?? repoURL, {
        allowFileProtocol: options.allowFileProtocol ?? false,
        allowPlainHttp: options.allowPlainHttp ?? false,
      })
      // Git gets a home of its own with nothing in it.
      layout ??= mkdir(home, { recursive: true, mode: 0o700 })
      await layout.catch((error: unknown) => {
        layout = undefined
        throw cannotWrite(options.root, error)
      })
      const place = repositoryPlace(repoURL, options.caseIgnoringHosts ?? [])
      const ignoresCase = remote.protocol !== 'file' && place === normaliseRepoURL(repoURL)
      const id = createHash('sha256')
        .update(`${remote.protocol} ${place} ${ignoresCase ? remote.url.toLowerCase() : remote.url}`)
        .digest('hex')
        .slice(0, 32)
      const known = open.get(id)
      if (known) return known
      const mirror = createMirror({
        dir: join(options.root, `${id}.git`),
        remote,
        borrowsOnDisk: options.borrowsOnDisk === true && remote.protocol === 'file',
        credentials: (rejected) => options.credentialsFor(repoURL, rejected),
        environment: environmentFor(options, home),
        fsckObjects: options.fsckObjects ?? true,
        timeoutMs: options.timeoutMs,
        limit,
      })
      mirrors.push(mirror)
      const repository = rememberAnswers(createGitRepository(repoURL, mirror))
      open.set(id, repository)
      return repository
    },
    async [Symbol.asyncDispose]() {
      for (const mirror of mirrors) mirror.objects.close()
    },
  }
}

function environmentFor({ network, searchPath }: GitRepositoriesOptions, home: string): Readonly<Record<string, string>> {
  return {
    PATH: searchPath ?? SEARCH_PATH,
    HOME: home,
    XDG_CONFIG_HOME: home,
    ...(network?.httpsProxy === undefined ? {} : { https_proxy: network.httpsProxy }),
    ...(network?.noProxy === undefined ? {} : { no_proxy: network.noProxy }),
    ...(network?.caFile === undefined ? {} : { GIT_SSL_CAINFO: network.caFile }),
  }
}
