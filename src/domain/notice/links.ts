import type { Release } from '../release/release.ts'

/**
 * A link of the configuration: `{cluster}`, `{namespace}`, `{rollout}` and `{podTemplateHash}` in its URL are filled
 * in.
 */
export interface LinkTemplate {
  text: string
  url: string
}

/** The links of one release. What is filled in is encoded, so that a name cannot change where a link leads. */
export function fillLinks(
  templates: readonly LinkTemplate[],
  release: Pick<Release, 'cluster' | 'namespace' | 'rollout' | 'podTemplateHash'>,
): readonly LinkTemplate[] {
  const { cluster, namespace, rollout, podTemplateHash } = release
  const values: Readonly<Record<string, string | null>> = { cluster, namespace, rollout, podTemplateHash }
  return templates.map(({ text, url }) => ({
    text,
    url: url.replace(/\{(cluster|namespace|rollout|podTemplateHash)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? '')),
  }))
}
