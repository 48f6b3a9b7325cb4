/** Whether it names one version of a chart: registries do not replace what they have once given out, as far as anybody keeps to it. */
export function isExactVersion(version: string | undefined): boolean {
  return version !== undefined && /^=?\s*v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(version)
}
