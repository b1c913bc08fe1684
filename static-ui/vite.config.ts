import { defineConfig } from 'vite';

export default defineConfig({
  base: '/ssp/',
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    // Small files stay files: the page then shows the same with a content security policy that forbids data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  server: {
    // `npm run dev` beside a running portal: the pages come from Vite, the answers from the portal.
    // The table of permissions is the portal's own.
    fs: { allow: ['..'] },
    proxy: { '/ssp/api': 'http://localhost:7071' },
  },
});
