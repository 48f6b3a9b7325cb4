/**
 * The tool that Argo CD finds by the names of a folder's files where a source names none; a plain folder is what is left. Source: Argo CD
 * `util/app/discovery/discovery.go`, `util/kustomize/kustomize.go` IsKustomization.
 */
export function discoverTool(names: readonly string[]): 'Helm' | 'Kustomize' | undefined {
  if (names.some((name) => /^(?:kustomization\.ya?ml|Kustomization)$/.test(name))) return 'Kustomize'
  return names.some((name) => name.endsWith('Chart.yaml')) ? 'Helm' : undefined
}
