import { normaliseRepoURL } from '../domain/application/repo-url.ts'
import type { ApplicationSnapshot } from '../domain/application/snapshots.ts'
import { experimentNamed } from '../domain/experiment/name.ts'
import { fillLinks } from '../domain/notice/links.ts'
import type { Release } from '../domain/release/release.ts'
import { type CommitRules, DEFAULT_COMMITS } from '../domain/revert/commit-rules.ts'
import { urlId } from '../domain/words/url-id.ts'
import type { ForgeLimit } from '../ports/forge.ts'
import type { Config } from './settings.ts'

/** With one cluster, every Application deploys there; with several, the destination says where. */
export function deploysTo(config: Config, application: ApplicationSnapshot, cluster: string): boolean {
  if (config.clusters.length === 1) return true
  const known = config.clusters.find((one) => one.name === cluster)
  const names = new Set([...(known?.destinations ?? []), cluster])
  return names.has(application.destinationServer ?? '') || names.has(application.destinationName ?? '')
}

/** What the entry of its forge says about commits; as for PRs, the first where none has its host. */
export function commitsFor({ forges }: Config, repoURL: string): CommitRules {
  return forgeOf(forges, repoURL)?.commits ?? DEFAULT_COMMITS
}

function forgeOf(forges: Config['forges'], repoURL: string): Config['forges'][number] | undefined {
  const [host] = normaliseRepoURL(repoURL).split('/')
  return forges.find(({ manifest, options }) => manifest.gitHost(options).toLowerCase() === host) ?? forges[0]
}

/** What its forge takes from one account, found likewise. */
export function limitsFor({ forges }: Config, repoURL: string): readonly ForgeLimit[] {
  return forgeOf(forges, repoURL)?.manifest.limits ?? []
}

/** The links on a release's card and page: its node in Argo CD, and the admin's own. */
export function linksFor(config: Config, release: Release): readonly { text: string; url: string }[] {
  const application = release.applied?.application
  const experiment = experimentNamed(release.rollout)
  const object =
    experiment === undefined ? `Rollout/${release.namespace}/${release.rollout}` : `Experiment/${release.namespace}/${experiment}`
  const node = encodeURIComponent(`argoproj.io/${object}/0`)
  const own =
    config.argocd.url === undefined || application === undefined
      ? []
      : [{ text: 'Argo CD', url: `${config.argocd.url}/applications/${application}?node=${node}` }]
  return [...pageOf(config, release), ...own, ...fillLinks(config.links, release)]
}

/** Its page at Kedge, where people can reach it. */
function pageOf({ server: { publicUrl } }: Config, { key }: Release): readonly { text: string; url: string }[] {
  return publicUrl === undefined ? [] : [{ text: 'Release', url: `${publicUrl}/releases/${urlId(key)}` }]
}

/** Where pages link to: Argo CD and the forge, as far as their addresses are configured. */
export function linksOf(config: Config): {
  application(namespace: string, name: string): string | undefined
  commit(repository: string, revision: string): string | undefined
  own(path: string): string | undefined
  more(release: Release): readonly { text: string; url: string }[]
} {
  return {
    application: (namespace, name) => config.argocd.url && `${config.argocd.url}/applications/${namespace}/${name}`,
    commit(repository, revision) {
      const forge = config.forges.find(({ manifest, options }) => repository.startsWith(`${manifest.gitHost(options)}/`))
      return forge?.manifest.commitUrl(forge.options, repository, revision)
    },
    own: (path) => config.server.publicUrl && `${config.server.publicUrl}${path}`,
    more: (release) => fillLinks(config.links, release),
  }
}
