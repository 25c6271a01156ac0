"""Invented messages of wire formats, with the bytes that agencies send: control characters, qcodes, carets."""

from __future__ import annotations

from typing import Final

__all__ = ("ANPA", "AP", "G2", "IPTC7901", "JSON_FEED", "MAIL", "NEWSML", "NITF")

IPTC7901: Final = (
    "\x01nwa012 4 i 93 ccccb   nw 157\r\n\nNorway-ferry/\r\n\x021ST LEAD\nREFILE\nFerry with 212 on board runs aground off Oslo"
    "\r\n"
    "By Kari Nes, Nordwire =\r\n\n   Oslo (nw) - A ferry with 212 people on board ran aground in the fjord off\r\n"
    "Oslo on Friday, police said.\r\n\n   “Nobody was hurt,” said the captain, Jørn Åsen, who had steered the"
    "\r\nship for nine years.\r\n\n"
    "# Notebook\r\n\n## Note to editors\r\n- adds quote\r\n\n* * * *\r\nThe following information is not for publication\r\n\n"
    "- Editing by: Ola Lie\r\n\nnw kn ol\r\n\r\n\x03031105 GMT May 24\r\n\x7f\r\n\x7f\x04"
).encode("cp1252")

ANPA: Final = (
    b"\x16\x16\x01N0421\x1f_nordc\nr i\x13\x11 BC-EU--Norway-Ferry 2ndLd-Writethru   05-03 0093\r\n"
    b"\x02^BC-EU--Norway-Ferry, 2nd Ld-Writethru,93<\r\n^Ferry with 212 on board runs aground<\r\n^AP Photo NW101, NW102<\r\n"
    b"^Eds: Adds quote. With AP Photos.<\r\n"
    b"^A ferry with 212 people on board has run aground in the fjord off Oslo, where police say that nobody was hurt.<\r\n"
    b"^By KARI NES=\r\n^Associated Press=\r\n"
    b"\t   OSLO, Norway (AP) _ A ferry ran aground off Oslo on Friday.\r\n \r\n"
    b"\t   ``Nobody was hurt,'' said Joern Aasen, who was 2{ miles away _ by car. ``It was calm.''\r\n"
    b"\t   ___\r\n\r\n\t   \x03AP-WF-05-03-24 1105GMT<\r\n\r\n\x0c\r\n\x04"
)

NITF: Final = """<?xml version="1.0" encoding="iso-8859-1"?>
<nitf version="-//IPTC//DTD NITF 3.4//EN" baselang="en-GB"><head><title>1 FERRY Oslo</title>
<meta name="service" content="Nordic"/>
<tobject tobject.type="News"><tobject.subject tobject.subject.refnum="03010000" tobject.subject.type="Disaster"
 tobject.subject.matter="Transport accident"/><tobject.subject tobject.subject.refnum="13000000"/></tobject>
<docdata management-status="usable"><evloc city="Oslo" iso-cc="NOR"/><doc-id regsrc="NW" id-string="nw-20240503-157"/>
<urgency ed-urg="4"/><date.issue norm="20240503T110500+0200"/><du-key key="NW-FERRY-Oslo"/>
<ed-msg info="Adds quote"/><key-list><keyword key="ferry"/><keyword key="Oslo"/></key-list>
<doc.copyright holder="Nordwire" year="2024"/></docdata></head>
<body><body.head><hedline><hl1>Ferry runs aground</hl1><hl2>All are safe</hl2></hedline>
<byline>By <person>Kari Nes</person><byttl>Nordic Correspondent</byttl></byline>
<dateline><location>Oslo</location>, <story.date norm="20240503">May 3</story.date></dateline>
<abstract><p>A ferry ran aground.</p></abstract></body.head>
<body.content><block><p>A ferry of <org idsrc="nw" value="FJ">Fjord Lines</org> ran aground off
   <location><city>Oslo</city>, <country>Norway</country></location> on
   <chron norm="20240503">Friday</chron>.</p><p>"Nobody was hurt," said <person>J\xf8rn \xc5sen</person>.</p>
<media media-type="image"><media-caption>The ferry</media-caption></media><note><p>Not this</p></note></block>
<table><tr><td>Aboard</td><td>212</td></tr>
<tr><td>Hurt</td><td>0</td></tr></table></body.content>
<body.end><tagline>Editing by Ola Lie</tagline></body.end></body></nitf>""".encode("iso-8859-1")

G2: Final = """<?xml version="1.0" encoding="UTF-8"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>2024-05-03T11:05:09Z</sent></header><itemSet>
<newsItem guid="tag:nordwire.example,2024:newsml_157" version="978556838" standard="NewsML-G2" xml:lang="en">
<rightsInfo><copyrightHolder literal="Nordwire"/><usageTerms>NO ARCHIVAL USE</usageTerms></rightsInfo>
<itemMeta><itemClass qcode="icls:text"/><provider literal="nordwire.example"/>
<versionCreated>2024-05-03T11:05:00.000Z</versionCreated><firstCreated>2024-05-03T09:00:00+02:00</firstCreated>
<pubStatus qcode="stat:usable"/><edNote>Corrects number in paragraph 1</edNote>
<signal qcode="edStat:C"/><signal qcode="prodId:TXT"/></itemMeta>
<contentMeta><urgency>3</urgency><located qcode="city:Oslo"><name>Oslo</name><broader qcode="iso3166-1a2:NO"><name>Norway</name>
</broader></located><language tag="en"/><subject qcode="N2:NO"/><subject qcode="medtop:20000139"><name>transport accident</name>
</subject><subject type="cpnat:person" qcode="nwp:7"><name>Jørn Åsen</name></subject><keyword>ferry</keyword>
<slugline separator="-">NORWAY-FERRY/ (UPDATE 1, CORRECTED)</slugline><headline role="hld:subHeadline">All are safe</headline>
<headline>CORRECTED-UPDATE 1-Ferry runs aground</headline><dateline>OSLO, May 3 (Nordwire)</dateline><by>By Kari Nes</by>
<description role="descRole:caption">NORWAY-FERRY</description></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+html" wordcount="30"><html xmlns="http://www.w3.org/1999/xhtml"><head>
<title/></head><body><p>(Corrects number)
    OSLO, May 3 (Nordwire) - A ferry with 212 people on board ran
aground off Oslo on Friday.
    “Nobody was hurt,” said Jørn Åsen.

 (Reporting by Kari Nes; Editing by Ola Lie)</p></body></html></inlineXML></contentSet>
</newsItem></itemSet></newsMessage>""".encode()

NEWSML: Final = """<?xml version="1.0" encoding="utf-8"?>
<NewsML Version="1.2"><NewsEnvelope><DateAndTime>20240503T110509Z</DateAndTime><Priority FormalName="4"/></NewsEnvelope>
<NewsItem xml:lang="en"><Identification><NewsIdentifier><ProviderId>nordwire.example</ProviderId><DateId>20240503</DateId>
<NewsItemId>NW-157</NewsItemId><RevisionId PreviousRevision="1" Update="N">2</RevisionId>
<PublicIdentifier>urn:newsml:nordwire.example:20240503:NW-157:2N</PublicIdentifier></NewsIdentifier>
<NameLabel>Norway-ferry-accident</NameLabel></Identification>
<NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20240503T090000+0200</FirstCreated>
<ThisRevisionCreated>20240503T110500+0200</ThisRevisionCreated><Status FormalName="Usable"/><Urgency FormalName="3"/>
</NewsManagement>
<NewsComponent><NewsLines><HeadLine>Ferry runs aground</HeadLine><SubHeadLine>All are safe</SubHeadLine>
<ByLine>By Kari Nes</ByLine><DateLine>OSLO, May 3, 2024 (NW) -</DateLine><SlugLine>Norway-ferry</SlugLine></NewsLines>
<AdministrativeMetadata><Provider><Party FormalName="NW"/></Provider></AdministrativeMetadata>
<DescriptiveMetadata><Language FormalName="EN"/><SubjectCode><Subject FormalName="03010000"/></SubjectCode>
<Location HowPresent="Origin"><Property FormalName="Country" Value="NOR"/><Property FormalName="City" Value="Oslo"/></Location>
<Property FormalName="Keyword" Value="ferry"/></DescriptiveMetadata>
<NewsComponent><Role FormalName="Main"/><ContentItem><MediaType FormalName="Text"/><Format FormalName="NITF3.1"/><DataContent>
<nitf><body><body.content><p>A ferry ran aground off Oslo.</p><p>"Nobody was hurt," said <person>Jørn Åsen</person>.</p>
</body.content></body></nitf></DataContent></ContentItem></NewsComponent>
<NewsComponent><Role FormalName="Caption"/><ContentItem><MediaType FormalName="Text"/><DataContent><p>The ferry</p></DataContent>
</ContentItem></NewsComponent></NewsComponent></NewsItem></NewsML>""".encode()

AP: Final = (
    b'{"api_version":"1.1","data":{"item":{"uri":"https://api.example/item/157?qt=x","altids":{"itemid":"5ee9b4b4",'
    b'"etag":"5ee9b4b4_0a"},"version":2,"type":"text","urgency":4,"language":"en","versioncreated":"2024-05-03T11:05:00Z",'
    b'"firstcreated":"2024-05-03T09:00:00Z","pubstatus":"usable","signals":["newscontent"],"headline":"Ferry runs aground",'
    b'"slugline":"BC-EU--Norway-Ferry, 1st Ld-Writethru","ednote":"Eds: Adds quote.","bylines":[{"by":"By KARI NES"}],'
    b'"datelinelocation":{"city":"Oslo","countrycode":"NOR"},"provider":"AP","keywords":["ferry"],'
    b'"person":[{"name":"Joern Aasen","code":"9f2","scheme":"http://cv.example/id/"}],"subject":[{"name":"Transport accidents",'
    b'"code":"94a"}],"renditions":{"nitf":{"href":"https://api.example/item/157.nitf","mimetype":"text/xml"}},'
    b'"body_nitf":"<nitf><body><body.content><p>A ferry ran aground.</p><p>Nobody was hurt.</p></body.content></body></nitf>"}}}'
)

JSON_FEED: Final = (
    b'{"version":"https://jsonfeed.org/version/1.1","title":"Nordwire","language":"en","authors":[{"name":"Desk"}],"items":['
    b'{"id":"157","url":"https://nordwire.example/157","title":"Ferry &amp; tug aground","content_html":"<p>A ferry ran aground.'
    b'</p><p>Nobody was hurt.</p>","date_published":"2024-05-03T09:00:00+02:00","date_modified":"2024-05-03T11:05:00Z",'
    b'"tags":["ferry"],"image":"https://nordwire.example/157.jpg"},{"id":"https://nordwire.example/158","content_text":"Rain."}]}'
)

MAIL: Final = (
    b"Received: by 192.0.2.7 with SMTP id 44;\r\n\tFri, 3 May 2024 11:05:09 +0200 (CEST)\r\n"
    b"From: =?utf-8?q?Nordwire_N=C3=A6ringsliv?= <desk@nordwire.example>\r\nTo: wire@desk.example\r\n"
    b"Subject: =?utf-8?q?UPDATE_1-Ferry_runs_aground?=\r\nDate: Fri, 3 May 2024 11:05:00 +0200\r\n"
    b"Message-ID: <157.1@nordwire.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: multipart/alternative; boundary="y"\r\n\r\n'
    b"--y\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"A ferry with 212 people on board ran aground in the fjord off Oslo on =\r\nFriday.\r\n\r\n"
    b"=E2=80=9CNobody was hurt,=E2=80=9D said J=C3=B8rn =C3=85sen.\r\n\r\n-- =\r\n\r\nNordwire, Oslo\r\n"
    b"--y\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>In HTML</p>\r\n--y--\r\n"
    b'--x\r\nContent-Type: image/jpeg; name="ferry.jpg"\r\nContent-Disposition: attachment; filename="ferry.jpg"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n/9j/4AAQ\r\n--x--\r\n"
)
