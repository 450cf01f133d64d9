"""Records of one meeting as each system writes them, in the forms of their documentation; people made up.

Everywhere: Mai Châu from 08:00 to 11:30 and HB-17 from 07:50, local time (UTC+7), on 5 March 2019.
"""

from __future__ import annotations

import json

TEAMS_EVENTS = (
    "Full Name\tUser Action\tTimestamp\n"
    "HB-17\tJoined\t3/5/2019, 7:50:00 AM\nMai Châu\tJoined before\t3/5/2019, 8:00:00 AM\n"
    "Mai Châu\tLeft\t3/5/2019, 9:00:00 AM\nMai Châu\tJoined\t3/5/2019, 9:01:00 AM\n"
    "Mai Châu\tLeft\t3/5/2019, 11:30:00 AM\nHB-17\tLeft\t3/5/2019, 11:31:00 AM\n"
)
TEAMS_SUMMARY = (
    "Meeting Summary\nTotal Number of Participants\t2\nMeeting Title\tGiao ban\n"
    "Meeting Start Time\t3/5/2019, 7:45:00 AM\nMeeting End Time\t3/5/2019, 11:40:00 AM\nMeeting Id\tabc\n\n"
    "Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)\n"
    "HB-17\t3/5/2019, 7:50:00 AM\t3/5/2019, 11:31:00 AM\t3h 41m\t\tPresenter\t\n"
    "Mai Châu\t3/5/2019, 8:00:00 AM\t3/5/2019, 11:30:00 AM\t3h 30m\t\tAttendee\t\n"
)
TEAMS_SECTIONS = (
    "1. Summary\nMeeting title\tGiao ban\nAttended participants\t2\nStart time\t3/5/19, 7:45:00 AM\n"
    "End time\t3/5/19, 11:40:00 AM\nMeeting duration\t3h 55m\nAverage attendance time\t3h 35m 30s\n\n"
    "2. Participants\nName\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
    "HB-17\t3/5/19, 7:50:00 AM\t3/5/19, 11:31:00 AM\t3h 41m\ta@b.example\ta@b.example\tOrganizer\n"
    "Mai Châu\t3/5/19, 8:00:00 AM\t3/5/19, 11:30:00 AM\t3h 29m\t\t\tAttendee\n\n"
    "3. In-Meeting activities\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n"
    "HB-17\t3/5/19, 7:50:00 AM\t3/5/19, 11:31:00 AM\t3h 41m\ta@b.example\tOrganizer\n"
    "Mai Châu\t3/5/19, 8:00:00 AM\t3/5/19, 9:00:00 AM\t1h\t\tAttendee\n"
    "Mai Châu\t3/5/19, 9:01:00 AM\t3/5/19, 11:30:00 AM\t2h 29m\t\tAttendee\n"
)
TEAMS_VIETNAMESE = (
    "1. Tóm tắt\nTiêu đề cuộc họp\tGiao ban\nThời gian bắt đầu\t05/03/2019 7:45:00 SA\n\n"
    "2. Người tham dự\nTên\tTham gia lần đầu\tRời đi lần cuối\tThời lượng\tEmail\n"
    "HB-17\t05/03/2019 7:50:00 SA\t05/03/2019 11:31:00 SA\t3 giờ 41 phút\t\n"
    "Mai Châu\t05/03/2019 8:00:00 SA\t05/03/2019 11:30:00 SA\t3 giờ 30 phút\t\n"
)

_ZOOM_BLOCK = (
    "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,\n"
    "852 1848 6288,Giao ban,03/05/2019 07:45:00 AM,03/05/2019 11:40:00 AM,h@b.example,235,2,\n\n"
)
_ZOOM_PEOPLE = (
    "HB-17,,03/05/2019 07:50:00 AM,03/05/2019 11:31:00 AM,221,No\n"
    "Mai Châu,,03/05/2019 08:00:00 AM,03/05/2019 11:30:00 AM,210,Yes\n"
)
_ZOOM_HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
ZOOM_FULL = _ZOOM_BLOCK + _ZOOM_HEAD + _ZOOM_PEOPLE
ZOOM_BARE = _ZOOM_HEAD + _ZOOM_PEOPLE
ZOOM_RENAMED = _ZOOM_BLOCK + (
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,In waiting room\n"
    "Tỉnh (HB-17),,03/05/2019 07:50:00 AM,03/05/2019 11:31:00 AM,221,No,No\n"
    "Mai Châu,,03/05/2019 07:59:00 AM,03/05/2019 08:00:00 AM,1,Yes,Yes\n"
    "Mai Châu,,03/05/2019 08:00:00 AM,03/05/2019 11:30:00 AM,210,Yes,No\n"
)
ZOOM_ROWS = (
    "Topic,Meeting ID,User Name,Start Time,End Time,Name (Original Name),User Email,Join Time,Leave Time\n"
    "Giao ban,85218486288,Host,2019-03-05 07:45:00,2019-03-05 11:40:00,HB-17,,"
    "2019-03-05 07:50:00,2019-03-05 11:31:00\n"
    "Giao ban,85218486288,Host,2019-03-05 07:45:00,2019-03-05 11:40:00,Mai Châu,,"
    "2019-03-05 08:00:00,2019-03-05 11:30:00\n"
)
ZOOM_CLOCKS = (
    "Topic,ID,Start time,End time,Participants\nGiao ban,1,05/03/2019 07:45,05/03/2019 11:40,2\n\n"
    "Name (original name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
    "HB-17,,07:50,11:31,221,No\nMai Châu,,08:00,11:30,210,No\n"
)

WEBEX_CSV = (
    "Meeting Number\tMeeting Name\tMeeting Start Time\tMeeting End Time\tAttendee Name\tAttendee Email\t"
    "Join Time\tLeave Time\tAttendance Duration\tConnection Type\n"
    "123 456\tGiao ban\t2019-03-05 07:45:00\t2019-03-05 11:40:00\tHB-17\t\t2019-03-05 07:50:00\t"
    "2019-03-05 11:31:00\t221 mins\tDesktop\n"
    "123 456\tGiao ban\t2019-03-05 07:45:00\t2019-03-05 11:40:00\tMai Châu\t\t2019-03-05 08:00:00\t"
    "2019-03-05 11:30:00\t210 mins\tDesktop\n"
)
WEBEX_XML = """<?xml version="1.0" encoding="UTF-8"?>
<serv:message xmlns:serv="http://www.webex.com/schemas/2002/06/service"
 xmlns:history="http://www.webex.com/schemas/2002/06/service/history"><serv:body><serv:bodyContent>
<history:meetingAttendeeHistory><history:meetingKey>123456</history:meetingKey>
<history:confName>Giao ban</history:confName><history:name>HB-17</history:name>
<history:joinTime>03/05/2019 07:50:00</history:joinTime><history:leaveTime>03/05/2019 11:31:00</history:leaveTime>
<history:confID>99</history:confID></history:meetingAttendeeHistory>
<history:meetingAttendeeHistory><history:meetingKey>123456</history:meetingKey>
<history:confName>Giao ban</history:confName><history:name>Mai Châu</history:name>
<history:joinTime>03/05/2019 08:00:00</history:joinTime><history:leaveTime>03/05/2019 11:30:00</history:leaveTime>
<history:confID>99</history:confID></history:meetingAttendeeHistory>
</serv:bodyContent></serv:body></serv:message>
"""

_T0 = 1551746700000  # 07:45 local, in milliseconds


def _ms(hour: int, minute: int) -> int:
    return _T0 + ((hour * 60 + minute) - (7 * 60 + 45)) * 60_000


BBB_DASHBOARD = json.dumps(
    {
        "intId": "abc-1551746700000",
        "extId": "giao-ban",
        "name": "Giao ban",
        "users": {
            "k1": {
                "extId": "u1",
                "name": "HB-17",
                "intIds": {"w_1": {"intId": "w_1", "registeredOn": _ms(7, 50), "leftOn": _ms(11, 31)}},
            },
            "k2": {
                "extId": "u2",
                "name": "Mai Châu",
                "intIds": {
                    "w_2": {
                        "intId": "w_2",
                        "sessions": [
                            {"registeredOn": _ms(8, 0), "leftOn": _ms(9, 0)},
                            {"registeredOn": _ms(9, 1), "leftOn": _ms(11, 30)},
                        ],
                    }
                },
            },
        },
        "createdOn": _T0,
        "endedOn": _ms(11, 40),
    },
    ensure_ascii=False,
)
BBB_CALLBACK = json.dumps(
    {
        "version": "1.0",
        "meeting_id": "giao-ban",
        "internal_meeting_id": "abc-1551746700000",
        "data": {
            "metadata": {"meeting_name": "Giao ban"},
            "start": "2019-03-05T07:45:00+07:00",
            "finish": "2019-03-05T11:40:00+07:00",
            "attendees": [
                {
                    "name": "HB-17",
                    "joins": ["2019-03-05T07:50:00+07:00"],
                    "leaves": ["2019-03-05T11:31:00+07:00"],
                },
                {
                    "name": "Mai Châu",
                    "joins": ["2019-03-05T08:00:00+07:00", "2019-03-05T09:01:00+07:00"],
                    "leaves": ["2019-03-05T09:00:00+07:00", "2019-03-05T11:30:00+07:00"],
                },
            ],
        },
    },
    ensure_ascii=False,
)
BBB_RECORDINGS = f"""<response><returncode>SUCCESS</returncode><recordings><recording>
<recordID>abc-{_T0}</recordID><meetingID>giao-ban</meetingID><internalMeetingID>abc-{_T0}</internalMeetingID>
<name>Giao ban</name><state>published</state><startTime>{_T0}</startTime><endTime>{_ms(11, 40)}</endTime>
<participants>2</participants></recording></recordings></response>"""
BBB_MEETINGS = f"""<response><returncode>SUCCESS</returncode><meetings><meeting>
<meetingName>Giao ban</meetingName><meetingID>giao-ban</meetingID>
<internalMeetingID>abc-{_T0}</internalMeetingID><createTime>{_T0}</createTime><running>true</running>
<startTime>{_T0}</startTime><endTime>0</endTime><participantCount>2</participantCount><maxUsers>300</maxUsers>
<attendees/></meeting></meetings></response>"""


def _hook(name: str, at: int, **attributes: object) -> str:
    meeting = {"internal-meeting-id": "abc-1", "external-meeting-id": "giao-ban"}
    told = attributes.pop("meeting", {})
    return json.dumps(
        {
            "data": {
                "type": "event",
                "id": name,
                "attributes": {"meeting": {**meeting, **told}, **attributes},  # type: ignore[dict-item]
                "event": {"ts": at},
            }
        },
        ensure_ascii=False,
    )


def _user(id_: str, name: str) -> dict[str, str]:
    return {"internal-user-id": id_, "external-user-id": "x" + id_, "name": name}


BBB_EVENTS = "\n".join(
    (
        _hook("meeting-created", _T0, meeting={"name": "Giao ban", "create-time": _T0}),
        _hook("user-joined", _ms(7, 50), user=_user("w_1", "HB-17")),
        _hook("user-joined", _ms(8, 0), user=_user("w_2", "Mai Châu")),
        _hook("user-left", _ms(9, 0), user={"internal-user-id": "w_2"}),
        "[" + _hook("user-joined", _ms(9, 1), user=_user("w_3", "Mai Châu")) + "]",
        _hook("user-left", _ms(11, 30), user={"internal-user-id": "w_3"}),
        _hook("user-left", _ms(11, 31), user={"internal-user-id": "w_1"}),
        _hook("meeting-ended", _ms(11, 40)),
        "",
    )
)


def _occupant(name: str, joined: int, left: int | None = None) -> dict[str, object]:
    told: dict[str, object] = {
        "name": name,
        "occupant_jid": f"{name}@x/{joined}",
        "joined_at": joined // 1000,
    }
    return told | ({"left_at": left // 1000} if left else {})


JITSI = "\n".join(
    (
        json.dumps({"event_name": "muc-room-created", "room_name": "giao-ban", "created_at": _T0 // 1000}),
        json.dumps(
            {
                "event_name": "muc-occupant-joined",
                "room_name": "giao-ban",
                "occupant": _occupant("HB-17", _ms(7, 50)),
            }
        ),
        json.dumps(
            {
                "event_name": "muc-occupant-left",
                "room_name": "giao-ban",
                "occupant": _occupant("Mai Châu", _ms(8, 0), _ms(11, 30)),
            },
            ensure_ascii=False,
        ),
        json.dumps(
            {
                "event_name": "muc-room-destroyed",
                "room_name": "giao-ban",
                "created_at": _T0 // 1000,
                "destroyed_at": _ms(11, 40) // 1000,
                "all_occupants": [
                    _occupant("HB-17", _ms(7, 50), _ms(11, 31)),
                    _occupant("Mai Châu", _ms(8, 0), _ms(11, 30)),
                ],
            },
            ensure_ascii=False,
        ),
        "",
    )
)
JICOFO = (
    "Jicofo 2019-03-05 07:50:00.123 INFO: [35] [room=giao-ban@conference.x meeting_id=1] "
    "JitsiMeetConferenceImpl.onMemberJoined#612: Member joined:7a1b stats-id=A audioMuted=null\n"
    "Jicofo 2019-03-05 08:00:00.123 INFO: [35] [room=giao-ban@conference.x meeting_id=1] "
    "JitsiMeetConferenceImpl.onMemberJoined#612: Member joined:8c2d stats-id=B audioMuted=null\n"
    "Jicofo 2019-03-05 11:30:00.123 INFO: [35] [room=giao-ban@conference.x meeting_id=1] "
    "JitsiMeetConferenceImpl.onMemberLeft#700: Member left:8c2d\n"
    "Jicofo 2019-03-05 11:31:00.123 INFO: [35] [room=giao-ban@conference.x meeting_id=1] "
    "JitsiMeetConferenceImpl.stop#430: Stopped.\n"
    '{"current_timestamp":"2019-03-05 02:00:00.000","conferences":1,"largest_conference":2}\n'
)


def _record(index: int, kind: str, at: str, body: str) -> str:
    return (
        '<?xml version="1.0"?>\n<records session="s-1" callBridge="b-1">\n'
        f'<record type="{kind}" time="2019-03-05T{at}Z" recordIndex="{index}" correlatorIndex="{index - 1}">\n'
        f"{body}\n</record>\n</records>\n"
    )


CMS = "".join(
    (
        _record(
            1,
            "callStart",
            "00:45:00",
            '<call id="c-1"><name>Giao ban</name><numericId>8001</numericId></call>',
        ),
        _record(
            2,
            "callLegStart",
            "00:49:58",
            '<callLeg id="l-1"><displayName>HB-17</displayName><remoteParty>hb17@mcu.example</remoteParty>'
            "<direction>incoming</direction></callLeg>",
        ),
        _record(
            3,
            "callLegUpdate",
            "00:50:00",
            '<callLeg id="l-1"><state>connected</state><call>c-1</call></callLeg>',
        ),
        _record(
            4,
            "callLegStart",
            "01:00:00",
            '<callLeg id="l-2"><remoteParty>Mai Châu</remoteParty><call>c-1</call></callLeg>',
        ),
        _record(
            5,
            "callLegUpdate",
            "01:00:00",
            '<callLeg id="l-2"><state>connected</state><call>c-1</call></callLeg>',
        ),
        _record(
            6,
            "callLegStart",
            "01:05:00",
            '<callLeg id="l-3"><displayName>TL-1</displayName><call>c-1</call></callLeg>',
        ),
        _record(
            7,
            "callLegEnd",
            "01:05:20",
            '<callLeg id="l-3"><reason>remoteBusy</reason><durationSeconds>0</durationSeconds></callLeg>',
        ),
        _record(
            8,
            "callLegEnd",
            "04:30:00",
            '<callLeg id="l-2"><reason>remoteTeardown</reason><durationSeconds>12600</durationSeconds></callLeg>',
        ),
        _record(
            8,
            "callLegEnd",
            "04:30:00",
            '<callLeg id="l-2"><reason>remoteTeardown</reason><durationSeconds>12600</durationSeconds></callLeg>',
        ),
        _record(
            11,
            "callLegEnd",
            "04:31:00",
            '<callLeg id="l-1"><reason>callEnded</reason><durationSeconds>13262</durationSeconds></callLeg>',
        ),
        _record(
            12,
            "callEnd",
            "04:40:00",
            '<call id="c-1"><callLegsCompleted>3</callLegsCompleted><callLegsMaxActive>2</callLegsMaxActive>'
            "<durationSeconds>14100</durationSeconds></call>",
        ),
    )
)

RMX = (
    '8,"Giao ban",12345,05.03.2019,01:00:00,04:00:00,05.03.2019,00:45:00,03:55:00,3,c1.cdr,1,7,0;\n'
    "1,05.03.2019,00:45:00,0,4294967295,0,2;\n"
    '10,05.03.2019,00:45:00,0,"TL-1",3,0;\n'
    '18,05.03.2019,00:49:50,0,"HB-17",1,0;\n'
    '17,05.03.2019,00:50:00,0,"HB-17",1,1,0,0,,;\n'
    '15,05.03.2019,00:59:50,0,"",2,1,0,0,10.0.0.2,10.0.0.1,0;\n'
    '23,05.03.2019,01:00:00,0,"",2,1,0,0;\n'
    '21,05.03.2019,01:00:05,0,"",2,"Mai Châu";\n'
    '7,05.03.2019,02:00:00,0,"",2,1,16;\n'
    '23,05.03.2019,02:01:00,0,"",2,1,0,0;\n'
    '7,05.03.2019,01:10:00,0,"TL-1",3,6,0;\n'
    '7,05.03.2019,04:30:00,0,"",2,1,16;\n'
    '7,05.03.2019,04:31:00,0,"HB-17",1,2,16;\n'
    "2,05.03.2019,04:40:00,0,3;\n"
)
RMX_NEVER = '8,"Giao ban",12346,05.03.2019,01:00:00,04:00:00,05.03.2019,01:00:00,00:00:00,5,c2.cdr,1,7,0;\n'

DMA = (
    "version,type,callType,callUuid,dialin,startTime,endTime,origEndpoint,dialString,destEndpoint,"
    "origSignalType,destSignalType,refConfUUID,lastForwardEndpoint,cause,causeSource,bitRate\n"
    "1,CALL,VMR,u1,TRUE,2019-03-05T07:50:00.000+07:00,2019-03-05T11:31:00.000+07:00,HB-17,8001,,"
    "sip,sip,cf1,,,,\n"
    '1,CALL,VMR,u2,FALSE,2019-03-05T08:00:00.000+07:00,2019-03-05T11:30:00.000+07:00,8001,,"Mai Châu,MC-2",'
    "sip,sip,cf1,,,,\n"
    "1,CALL,VMR,u3,FALSE,2019-03-05T08:05:00.000+07:00,2019-03-05T08:05:00.000+07:00,8001,,TL-1,"
    "sip,sip,cf1,,Call rejected,,\n"
    "1,CALL,PT-PT,u4,TRUE,2019-03-05T08:05:00.000+07:00,2019-03-05T08:15:00.000+07:00,A,B,C,sip,sip,,,,,\n"
)
DMA_CONF = "1,CONF,AD-HOC,dma,cf1,2019-03-05T07:45:00.000+07:00,2019-03-05T11:40:00.000+07:00,u,8001,2\n"

ASTERISK = (
    '"","2017","8001","from-internal","""HB-17"" <2017>","PJSIP/hb17-00000001","","ConfBridge","8001,,,",'
    '"2019-03-05 07:49:50","2019-03-05 07:50:00","2019-03-05 11:31:00",13270,13260,"ANSWERED",'
    '"DOCUMENTATION","1551747.1",""\n'
    '"","2158","8001","from-internal","""Mai Châu"" <2158>","PJSIP/mc-00000002","","ConfBridge","8001,,,",'
    '"2019-03-05 08:00:00","2019-03-05 08:00:00","2019-03-05 11:30:00",12600,12600,"ANSWERED",'
    '"DOCUMENTATION","1551747.2",""\n'
    '"","2200","8001","from-internal","TL-1","PJSIP/tl1-00000003","","ConfBridge","8001",'
    '"2019-03-05 08:05:00","","2019-03-05 08:05:20",20,0,"NO ANSWER","DOCUMENTATION","1551747.3",""\n'
    '"","100","200","from-internal","A","PJSIP/a-00000004","PJSIP/b-00000005","Dial","PJSIP/b",'
    '"2019-03-05 08:06:00","2019-03-05 08:06:05","2019-03-05 08:07:00",60,55,"ANSWERED","DOCUMENTATION"\n'
)
FREESWITCH = (
    '"HB-17","2017","3001","default","2019-03-05 07:49:50","2019-03-05 07:50:00","2019-03-05 11:31:00","13270",'
    '"13260","NORMAL_CLEARING","u1","","",""\n'
    '"Mai Châu","2158","3001","default","2019-03-05 08:00:00","2019-03-05 08:00:00","2019-03-05 11:30:00",'
    '"12600","12600","NORMAL_CLEARING","u2","","",""\n'
    '"TL-1","2200","3001","default","2019-03-05 08:05:00","","2019-03-05 08:05:20","20","0","USER_BUSY","u3"\n'
    '"A","1","1000","default","2019-03-05 08:06:00","2019-03-05 08:06:00","2019-03-05 08:07:00","60","60",'
    '"NORMAL_CLEARING","u4"\n'
)
TABLE = (
    "Báo cáo phòng họp\n\nPhòng;Đầu cuối;Từ;Đến;Lỗi\n"
    "8001;HB-17;05/03/2019 07:50;05/03/2019 11:31;\n"
    "8001;Mai Châu;05/03/2019 08:00;05/03/2019 11:30;\n"
    "8001;TL-1;05/03/2019 08:05;;no answer\n"
)
TABLE_OPTIONS = {"site": "Đầu cuối", "joined": "Từ", "left": "Đến", "number": "Phòng", "cause": "Lỗi"}

# reader → documents that it reads, each of which tells of both sites
DOCUMENTS: dict[str, list[bytes]] = {
    "teams": [
        *(text.encode("utf-16") for text in (TEAMS_EVENTS, TEAMS_SUMMARY, TEAMS_SECTIONS, TEAMS_VIETNAMESE)),
        b"\xfe\xff" + TEAMS_SECTIONS.encode("utf-16-be"),
        TEAMS_SECTIONS.encode("utf-16-le"),
        TEAMS_SUMMARY.encode(),
    ],
    "zoom": [text.encode() for text in (ZOOM_FULL, ZOOM_BARE, ZOOM_RENAMED, ZOOM_ROWS, ZOOM_CLOCKS)],
    "webex": [WEBEX_CSV.encode("utf-16"), WEBEX_XML.encode()],
    "bigbluebutton": [BBB_DASHBOARD.encode(), BBB_CALLBACK.encode()],
    "rmx": [RMX.encode()],
    "dma": [DMA.encode()],
    "table": [TABLE.encode()],
}
LINES: dict[str, list[bytes]] = {
    "bigbluebutton-events": [BBB_EVENTS.encode()],
    "jitsi": [JITSI.encode()],
    "cms": [CMS.encode()],
    "asterisk": [ASTERISK.encode()],
    "freeswitch": [FREESWITCH.encode()],
}
