import type { ArgocdEntries } from './forms.ts'

/** A deep link of Argo CD: its address is a text/template of Go, its condition an expression of expr-lang. */
interface DeepLink {
  title: string
  url: string
  description: string
  'icon.class': string
  if: string
}

type Yaml = (value: unknown) => string

/**
 * Deep links from Argo CD to Kedge (argo-cd `server/deeplinks/deeplinks.go`): on a Rollout, its ReplicaSets and its AnalysisRuns, and on
 * each Application that lists a Rollout. Names are written into the address by `urlquery`, whatever is in them. A Rollout is asked for by
 * its UID, which is one for all clusters: Argo CD and Kedge may call a cluster differently.
 * @param url where people reach Kedge, without a slash at the end
 */
export function linkEntries(url: string, yaml: Yaml): ArgocdEntries {
  const cm = { 'resource.links': yaml(resourceLinks(url)), 'application.links': yaml(applicationLinks(url)) }
  return {
    cm,
    operator: { extraConfig: cm },
    note: 'Each of the two keys is one text, and is replaced: links that stand in it already belong in here, too.',
  }
}

const KEDGE = { title: 'Kedge', 'icon.class': 'fa-anchor' }

function resourceLinks(url: string): readonly DeepLink[] {
  const owners = 'resource.metadata.ownerReferences'
  const hash = '"rollouts-pod-template-hash"'
  return [
    {
      ...KEDGE,
      url: `${url}/find?rollout={{ .resource.metadata.uid | urlquery }}`,
      description: 'What Git asks for, what serves, and the revert',
      if: 'resource.kind == "Rollout" && resource.apiVersion startsWith "argoproj.io/"',
    },
    {
      ...KEDGE,
      url:
        `${url}/find?rollout={{ (index .resource.metadata.ownerReferences 0).uid | urlquery }}` +
        `&hash={{ index .resource.metadata.labels ${hash} | urlquery }}`,
      description: 'The release that this belongs to',
      if:
        `resource.kind in ["ReplicaSet", "AnalysisRun"] && len(${owners} ?? []) > 0 && ${owners}[0].kind == "Rollout"` +
        ` && get(resource.metadata.labels ?? {}, ${hash}) != nil`,
    },
  ]
}

function applicationLinks(url: string): readonly DeepLink[] {
  return [
    {
      ...KEDGE,
      url: `${url}/find?application={{ .app.metadata.namespace | urlquery }}%2F{{ .app.metadata.name | urlquery }}`,
      description: 'What Git asks for, what serves, and the revert',
      if: 'any(app.status?.resources ?? [], {.kind == "Rollout" && .group == "argoproj.io"})',
    },
  ]
}
