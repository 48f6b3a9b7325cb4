import { list, parseQuietly, record, strings } from './yaml.ts'

/**
 * The charts of the same repository that a chart depends on (`repository: file://../lib`), relative to its folder. Others come from a
 * registry. Source: Helm `pkg/downloader/manager.go` (file:// repositories), `Chart.yaml` and the older `requirements.yaml`.
 */
export function localDependencies(text: string): readonly string[] {
  return list(parseQuietly(text)['dependencies']).flatMap((dependency) => {
    const [repository = ''] = strings([record(dependency)['repository']])
    const path = /^file:\/\/([^/].*)$/.exec(repository)?.[1]
    return path === undefined ? [] : [path]
  })
}
