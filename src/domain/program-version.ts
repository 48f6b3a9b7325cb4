/** Of this program. As in package.json and in the chart; a test keeps them the same. */
export const VERSION = '0.1.0'
