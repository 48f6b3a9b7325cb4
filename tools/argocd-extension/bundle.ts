import { rolldown } from 'rolldown'

const ENTRY = new URL('../../src/argocd-extension/extension.ts', import.meta.url)

/** Where the bundle is kept: for the chart, and for `kedge argocd-cm`. */
export const BUNDLES = ['../../charts/kedge/files/extension-kedge.js', '../../src/ui/assets/extension-kedge.js'].map(
  (path) => new URL(path, import.meta.url),
)

/**
 * Kedge's extension of Argo CD's page as one script: no module, because Argo CD puts all extensions into one file, and without anything
 * that is no ASCII, because it says no charset.
 */
export async function makeExtension(): Promise<string> {
  await using bundle = await rolldown({ input: ENTRY.pathname, platform: 'browser', logLevel: 'silent' })
  const { output } = await bundle.generate({ format: 'iife', minify: true, codeSplitting: false })
  const ascii = output[0].code.trim().replaceAll(/[^\n\x20-\x7e]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `// Kedge in Argo CD. Made from src/argocd-extension by npm run argocd-extension.\n${ascii}\n`
}
