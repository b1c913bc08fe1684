// One file for the browser to fetch: whoever opens one of these pages opens the others too.
export { AddCertificate } from './AddCertificate';
export { CertificateLog } from './CertificateLog';
export { Certificates } from './Certificates';
export { History } from './History';
